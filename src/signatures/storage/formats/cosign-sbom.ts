import type { StorageFormat } from '#signatures/storage/stored.ts';

const layerTypes: readonly string[] = [
  'text/spdx',
  'text/spdx+json',
  'text/spdx+xml',
  'application/vnd.cyclonedx',
  'application/vnd.cyclonedx+json',
  'application/vnd.cyclonedx+xml',
  'application/vnd.syft+json',
];

/** An SBOM that `cosign attach sbom` has put beside an image, below the tag `sha256-….sbom`. Nobody has signed it. */
export const cosignSbom: StorageFormat = {
  name: 'cosign-sbom',
  holds: ({ layers }) => layers.length === 1 && layers.every(({ mediaType }) => layerTypes.includes(mediaType)),
  read: ({ layers }) =>
    Promise.resolve(layers.map(({ mediaType }) => ({ kind: 'claim', what: `an SBOM, ${mediaType}` }) as const)),
};
