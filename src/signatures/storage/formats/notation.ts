import { refuse } from '#signatures/refusal.ts';
import type { StorageFormat } from '#signatures/storage/stored.ts';

const artifactType = 'application/vnd.cncf.notary.signature';

/** Signatures of Notation, as referrers. They are seen and named, and not verified yet. */
export const notation: StorageFormat = {
  name: 'notation',
  holds: (manifest) => manifest.artifactType === artifactType || manifest.config.mediaType === artifactType,
  read: () =>
    Promise.resolve([
      { kind: 'unreadable', refusal: refuse('format-unsupported', 'signatures of Notation are not verified yet') },
    ]),
};
