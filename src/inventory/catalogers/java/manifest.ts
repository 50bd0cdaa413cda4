import { linesOf } from '#inventory/catalogers/deb822.ts';
import { shortText } from '#inventory/catalogers/short-text.ts';

/** The main attributes of a jar's manifest by their names in lower case. */
export type Manifest = ReadonlyMap<string, string>;

/**
 * Reads the main section of `META-INF/MANIFEST.MF` (JAR File Specification, "Manifest Specification"): lines of at most 72
 * bytes, continued by a space. Sections of single entries follow an empty line, and are not read.
 */
export function readManifest(text: string): Manifest {
  const attributes = new Map<string, string>();
  let last: string | undefined;
  let parts: string[] = [];
  const finish = (): void => {
    if (last !== undefined && !attributes.has(last)) attributes.set(last, parts.join('').trim());
  };
  for (const line of linesOf(text)) {
    if (line.trim() === '') {
      if (last !== undefined || attributes.size > 0) break;
    } else if (line.startsWith(' ')) parts.push(line.slice(1));
    else {
      finish();
      const colon = line.indexOf(':');
      last = colon < 0 ? undefined : line.slice(0, colon).trim().toLowerCase();
      parts = [line.slice(colon + 1)];
    }
  }
  finish();
  return attributes;
}

/** An attribute as a name or a version: without quotes, and without the directives of OSGi that may follow. */
export function attributeOf(manifest: Manifest, name: string): string | undefined {
  return shortText(manifest.get(name)?.slice(0, 1000).split(';', 1)[0]?.replaceAll('"', ''));
}

/** What `Bundle-License` names: expressions, names or addresses, separated by commas (OSGi Core 8, 3.2.1.11). */
export function licensesIn(manifest: Manifest): string[] {
  const stated = manifest.get('bundle-license')?.slice(0, 10_000) ?? '';
  const clauses = stated.match(/(?:[^,"]|"[^"]*")+/g) ?? [];
  const names = clauses.map((clause) => shortText(/^[^;]*/.exec(clause)?.[0].replaceAll('"', '')));
  return names.filter((name) => name !== undefined && name !== '<<EXTERNAL>>') as string[];
}
