import { zip } from '#kit/zip/testing.ts';

/** Entries of an archive by name; folders of nested archives are not needed. */
export function jar(files: Readonly<Record<string, Uint8Array | string>>): Buffer {
  return zip(Object.entries(files).map(([name, content]) => ({ name, content })));
}

/** The two lines that matter of a manifest, and more. */
export function manifest(attributes: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ 'Manifest-Version': '1.0', ...attributes }).map(([key, value]) => `${key}: ${value}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

export function pomProperties(group: string, name: string, version: string): Record<string, string> {
  const text = `#Created by Apache Maven\nversion=${version}\ngroupId=${group}\nartifactId=${name}\n`;
  return { [`META-INF/maven/${group}/${name}/pom.properties`]: text };
}
