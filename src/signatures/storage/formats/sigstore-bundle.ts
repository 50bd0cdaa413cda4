import { isBundleType, readBundle } from '#signatures/bundle/read-bundle.ts';
import { isRefusal } from '#signatures/refusal.ts';
import type { StorageFormat } from '#signatures/storage/stored.ts';
import { toContent } from './to-content.ts';

/**
 * Sigstore bundles as referrers, which is what cosign 3 and GitHub's artifact attestations write (cosign, specs/BUNDLE_SPEC.md).
 * A manifest has one bundle as its only layer.
 */
export const sigstoreBundle: StorageFormat = {
  name: 'sigstore-bundle',
  holds: ({ layers }) => layers.some(({ mediaType }) => isBundleType(mediaType)),
  read: ({ layers }, fetch) =>
    Promise.all(
      layers
        .filter(({ mediaType }) => isBundleType(mediaType))
        .map(async (layer) => {
          const bytes = await fetch(layer);
          return toContent(isRefusal(bytes) ? bytes : readBundle(bytes));
        }),
    ),
};
