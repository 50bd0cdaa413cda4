import { isRefusal } from '#signatures/refusal.ts';
import type { StorageFormat } from '#signatures/storage/stored.ts';
import { annotatedSignature, withAnnotations } from './cosign-annotations.ts';
import { toContent } from './to-content.ts';

const layerType = 'application/vnd.dev.cosign.simplesigning.v1+json';

/**
 * cosign's signatures up to version 2, below the tag `sha256-….sig` or as a referrer: each layer is a simple signing payload, the
 * rest is in its annotations (cosign, specs/SIGNATURE_SPEC.md).
 */
export const cosignSignature: StorageFormat = {
  name: 'cosign-signature',
  holds: ({ layers }) => layers.some(({ mediaType }) => mediaType === layerType),
  read: ({ layers }, fetch) =>
    Promise.all(
      layers
        .filter(({ mediaType }) => mediaType === layerType)
        .map(async (layer) => {
          const bytes = await fetch(layer);
          if (isRefusal(bytes)) return toContent(bytes);
          const signature = annotatedSignature(layer.annotations);
          if (isRefusal(signature)) return toContent(signature);
          return toContent(withAnnotations({ kind: 'payload', bytes }, signature, layer.annotations, [signature]));
        }),
    ),
};
