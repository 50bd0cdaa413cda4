import type { Image } from '#image/image.ts';
import { dockerArchive } from './docker-archive.ts';
import { docker, podman } from './engine.ts';
import { folder } from './folder.ts';
import { oci, ociArchive } from './oci.ts';
import { openReference, registry } from './registry.ts';
import type { Source, SourceOptions } from './source.ts';

/** Every kind of place that images come from. To add one, write its file and name it here. */
export const sources: readonly Source[] = [oci, ociArchive, dockerArchive, docker, podman, folder, registry];

/**
 * Opens what the user named: a prefix and a name, or a plain reference, which means its registry.
 * @throws every error of the image area
 */
export async function openSource(text: string, options: SourceOptions): Promise<Image> {
  const colon = text.indexOf(':');
  const source = colon < 0 ? undefined : sources.find(({ prefixes }) => prefixes.includes(text.slice(0, colon)));
  if (source !== undefined) return source.open(text.slice(colon + 1), options);
  return openReference(text, options);
}
