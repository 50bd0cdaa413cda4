import { imageError } from '#image/errors.ts';
import { openImage } from '#image/image.ts';
import { formatReference, parseReference, type Reference } from '#image/reference.ts';
import { registryStore } from '#image/registry/store.ts';
import { createTransport } from '#image/registry/transport.ts';
import type { Store } from '#image/store.ts';
import type { Source, SourceOptions } from './source.ts';

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
export async function openReference(text: string, options: SourceOptions): ReturnType<Source['open']> {
  const { reference, store } = openRepository(text, options);
  return openImage(formatReference(reference), store, options.platform);
}

/** A repository, and what the reference means there, whatever that is. @throws `reference-invalid`, `offline` */
export function openRepository(
  text: string,
  options: Omit<SourceOptions, 'platform'>,
): { readonly reference: Reference; readonly store: Store } {
  const reference = parseReference(text);
  if (options.offline === true) {
    throw imageError('offline', `${formatReference(reference)} is in a registry, and --offline asks none`, {
      hint: 'save the image to an archive where there is a network: skopeo copy, docker save',
    });
  }
  const transport = createTransport(reference.host, { environment: options.environment, ...options.registry });
  return { reference, store: registryStore(transport, reference) };
}
