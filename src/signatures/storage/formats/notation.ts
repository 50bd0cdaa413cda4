import { envelopeLimit, readEnvelope } from '#signatures/notation/envelope/read-envelope.ts';
import { isRefusal, refuse, type Refusal } from '#signatures/refusal.ts';
import type { StorageFormat, StoredContent } from '#signatures/storage/stored.ts';

const artifactType = 'application/vnd.cncf.notary.signature';

/**
 * Signatures of Notation, as referrers (Notary Project, signature specification, "OCI Signatures"). A manifest has one envelope
 * as its only layer; older writers name the type in the config alone.
 */
export const notation: StorageFormat = {
  name: 'notation',
  holds: (manifest) => manifest.artifactType === artifactType || manifest.config.mediaType === artifactType,
  async read({ layers }, fetch) {
    const [layer, ...more] = layers;
    if (layer === undefined || more.length > 0) {
      return [unreadable(refuse('format-invalid', `the manifest has ${layers.length} signatures, not one`))];
    }
    if (layer.size > envelopeLimit) {
      return [unreadable(refuse('format-too-large', `the envelope has ${layer.size} bytes`))];
    }
    const bytes = await fetch(layer);
    const signature = isRefusal(bytes) ? bytes : readEnvelope(layer.mediaType, bytes);
    return [isRefusal(signature) ? unreadable(signature) : { kind: 'notation', signature }];
  },
};

function unreadable(refusal: Refusal): StoredContent {
  return { kind: 'unreadable', refusal };
}
