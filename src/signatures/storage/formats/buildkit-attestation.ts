import type { Descriptor } from '#image/manifest.ts';
import { predicateTypeOf } from '#signatures/predicate-types.ts';
import { isRefusal } from '#signatures/refusal.ts';
import { readStatement } from '#signatures/statement.ts';
import type { FetchBlob, StorageFormat, StoredContent } from '#signatures/storage/stored.ts';

const layerType = 'application/vnd.in-toto+json';

/**
 * What BuildKit says of its own builds, in the index beside the image or as a referrer (BuildKit, docs/attestations). Nobody has
 * signed it, so whoever can push an image can push it.
 */
export const buildkitAttestation: StorageFormat = {
  name: 'buildkit-attestation',
  holds: ({ layers }) => layers.length > 0 && layers.every(({ mediaType }) => mediaType === layerType),
  read: ({ layers }, fetch) => Promise.all(layers.map((layer) => readClaim(layer, fetch))),
};

/** SBOMs are large, and nobody looks at those that are not signed; provenance says at least how it may have been built. */
const readTypes = predicateTypeOf('slsa');

async function readClaim(layer: Descriptor, fetch: FetchBlob): Promise<StoredContent> {
  const type = layer.annotations['in-toto.io/predicate-type'];
  const what = type ?? 'a statement of an unknown type';
  if (type === undefined || !readTypes.includes(type)) return { kind: 'claim', what };
  const bytes = await fetch(layer);
  if (isRefusal(bytes)) return { kind: 'unreadable', refusal: bytes };
  const statement = readStatement({ kind: 'dsse', payloadType: layerType, payload: bytes });
  return isRefusal(statement) ? { kind: 'unreadable', refusal: statement } : { kind: 'claim', what, statement };
}
