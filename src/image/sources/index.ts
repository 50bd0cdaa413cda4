import type { Image } from '#image/image.ts';
import type { Source, SourceOptions } from './source.ts';

interface SourceEntry {
  /** What comes before the colon on the command line. */
  readonly prefix: string;
  load(): Promise<Source>;
}

/** Every kind of place that images come from, loaded when it is named. To add one, write its file and name it here. */
export const sources: readonly SourceEntry[] = [
  { prefix: 'oci', load: async () => (await import('./oci.ts')).oci },
  { prefix: 'oci-archive', load: async () => (await import('./oci.ts')).ociArchive },
  { prefix: 'docker-archive', load: async () => (await import('./docker-archive.ts')).dockerArchive },
  { prefix: 'docker', load: async () => (await import('./engine.ts')).docker },
  { prefix: 'podman', load: async () => (await import('./engine.ts')).podman },
  { prefix: 'dir', load: async () => (await import('./folder.ts')).folder },
  { prefix: 'registry', load: async () => (await import('./registry.ts')).registry },
];

/**
 * Opens what the user named: a prefix and a name, or a plain reference, which means its registry.
 * @throws every error of the image area
 */
export async function openSource(text: string, options: SourceOptions): Promise<Image> {
  const named = kindOf(text);
  if (named !== undefined) return (await named.load()).open(text.slice(named.prefix.length + 1), options);
  const { openReference } = await import('./registry.ts');
  return openReference(text, options);
}

/** Whether a name means something in a registry, and not a layout, an archive, an engine or a folder of this machine. */
export function isInRegistry(text: string): boolean {
  const named = kindOf(text);
  return named === undefined || named.prefix === 'registry';
}

function kindOf(text: string): SourceEntry | undefined {
  return sources.find(({ prefix }) => text.startsWith(`${prefix}:`));
}
