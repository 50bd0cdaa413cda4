import { imageError } from '#image/errors.ts';
import { openImage } from '#image/image.ts';
import { formatReference, parseReference } from '#image/reference.ts';
import { registryStore } from '#image/registry/store.ts';
import { createTransport } from '#image/registry/transport.ts';
import type { Source } from './source.ts';

/**
 * `registry:REFERENCE`, or the reference alone: an image of a registry. Because a registry is often called `registry`, and one
 * is an image of that name, `registry:5000/app` and `registry:2` stay the references that they look like.
 */
export const registry: Source = {
  open(name, options) {
    const looksLikeReference = /^\d{1,5}\/|^\d+(?:\.\d+)*$/.test(name);
    return openReference(looksLikeReference ? `registry:${name}` : name, options);
  },
};

/** Opens the image that a reference means. @throws `reference-invalid`, `offline`, and every error of registries and images */
export async function openReference(text: string, options: Parameters<Source['open']>[1]): ReturnType<Source['open']> {
  const reference = parseReference(text);
  if (options.offline === true) {
    throw imageError('offline', `${formatReference(reference)} is in a registry, and --offline asks none`, {
      hint: 'save the image to an archive where there is a network: skopeo copy, docker save',
    });
  }
  const transport = createTransport(reference.host, { environment: options.environment, ...options.registry });
  return openImage(formatReference(reference), registryStore(transport, reference), options.platform);
}
