import type { Digest } from '#kit/digest.ts';
import { asList, asObject, parseJson, type JsonObject } from '#kit/narrow.ts';
import { imageError } from '#image/errors.ts';
import { isIndexType, mediaTypes, parseManifest, type Descriptor } from '#image/manifest.ts';
import { registryLimits } from './limits.ts';
import type { FetchedManifest } from './manifests.ts';
import type { OutgoingManifest } from './push-manifest.ts';
import { referrersTag, tooMany } from './referrers.ts';
import type { Transport } from './transport.ts';

/**
 * Makes the amendment (see `updateTag`) that adds a referrer to the index of a subject. It does not touch what others wrote,
 * lists nothing twice, and puts back what it has seen there since it was made: what vanishes in these moments was lost by
 * others, who had read the index before it was added.
 *
 * @param gone what is listed, but not there any more, and is left out: a registry may refuse an index with such entries
 * @throws (the amendment) `registry-failed` if the tag has something else, or too much; `manifest-invalid`
 */
export function addingTo(
  transport: Transport,
  subject: Digest,
  own: Descriptor,
  gone: ReadonlySet<Digest> = new Set(),
) {
  const seen = new Map<Digest, unknown>([[own.digest, entryOf(own)]]);
  return (current: FetchedManifest | undefined): OutgoingManifest | undefined => {
    const index = current === undefined ? emptyIndex : readIndex(current, transport, subject);
    const missing = new Map(seen);
    const kept = index.entries.filter(([digest]) => !gone.has(digest));
    for (const [digest, entry] of kept) {
      seen.set(digest, entry);
      missing.delete(digest);
    }
    if (missing.size === 0) return undefined;
    const manifests = [...kept.map(([, entry]) => entry), ...missing.values()];
    if (manifests.length > registryLimits.referrers) throw tooMany(transport, subject);
    const { mediaType } = index;
    return { mediaType, bytes: Buffer.from(JSON.stringify({ ...index.body, manifests })) };
  };
}

/** An index as it was written, with whatever else is in it. */
interface WrittenIndex {
  readonly mediaType: string;
  readonly body: JsonObject;
  readonly entries: readonly (readonly [Digest, unknown])[];
}

const emptyIndex: WrittenIndex = {
  mediaType: mediaTypes.ociIndex,
  body: { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [] },
  entries: [],
};

function readIndex({ descriptor, bytes }: FetchedManifest, { host }: Transport, subject: Digest): WrittenIndex {
  const { mediaType, digest } = descriptor;
  // Some registries take the tag for the digest and give the subject itself.
  if (digest === subject || !isIndexType(mediaType)) {
    const message = `${host} has no list of referrers at the tag ${referrersTag(subject)}, but ${mediaType} ${digest}`;
    throw imageError('registry-failed', message, { hint: 'remove that tag, which is kept for lists of referrers' });
  }
  const index = parseManifest(bytes, mediaType);
  const body = asObject(parseJson(bytes)) ?? {};
  const written = asList(body['manifests']);
  const parsed = index.kind === 'index' ? index.manifests : [];
  return { mediaType, body, entries: parsed.map((entry, position) => [entry.digest, written[position]]) };
}

function entryOf({ mediaType, digest, size, artifactType, annotations }: Descriptor): JsonObject {
  const known = Object.keys(annotations).length === 0 ? undefined : annotations;
  return { mediaType, digest, size, annotations: known, artifactType };
}
