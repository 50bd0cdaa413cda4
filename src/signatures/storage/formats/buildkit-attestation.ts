import type { StorageFormat } from '#signatures/storage/stored.ts';

const layerType = 'application/vnd.in-toto+json';

/**
 * What BuildKit says of its own builds, in the index beside the image or as a referrer (BuildKit, docs/attestations). Nobody has
 * signed it, so whoever can push an image can push it.
 */
export const buildkitAttestation: StorageFormat = {
  name: 'buildkit-attestation',
  holds: ({ layers }) => layers.length > 0 && layers.every(({ mediaType }) => mediaType === layerType),
  read: ({ layers }) =>
    Promise.resolve(
      layers.map(({ annotations }) => ({
        kind: 'claim' as const,
        what: annotations['in-toto.io/predicate-type'] ?? 'a statement of an unknown type',
      })),
    ),
};
