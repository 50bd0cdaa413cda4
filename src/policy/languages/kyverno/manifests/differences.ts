import { asObject, type JsonObject } from '#kit/narrow.ts';
import { withoutNulls } from '#policy/languages/read-strictly.ts';
import { isCarrier } from './carried.ts';
import { checkSize } from './check-size.ts';
import { compare, type Difference } from './compare.ts';
import { completeKind, isKnownKind } from './defaults/kinds.ts';
import { usualDomain, type ManifestDemand } from './read-manifests.ts';
import { withoutBookkeeping, withoutWritten } from './written-by-kubernetes.ts';

/**
 * In what an object is not as its signed manifest says. Both are completed as the API server would; what Kubernetes itself has written
 * into the object does not count, nor what the policy ignores.
 * @throws `expression-failed` where there is too much to compare
 */
export function differencesOf(
  object: JsonObject,
  manifest: JsonObject,
  { domain, ignored }: ManifestDemand,
): readonly Difference[] {
  for (const one of [object, manifest]) checkSize(one);
  const signed = prepared(manifest, domain);
  const found = withoutWritten(prepared(object, domain), signed, object);
  const meant = ignored.filter((one) => one.isFor(object));
  return [...compare(completeKind(signed), completeKind(found))].filter(
    ({ steps }) => !meant.some((one) => one.covers(steps)),
  );
}

function prepared(object: JsonObject, domain: string): JsonObject {
  // The API server takes a field of its own kinds that is null as if it was not there.
  const plain = isKnownKind(object) ? asObject(withoutNulls(object)) : object;
  return withoutCarriers(withoutBookkeeping(plain ?? object), domain);
}

function withoutCarriers(object: JsonObject, domain: string): JsonObject {
  const metadata = asObject(object['metadata']) ?? {};
  const annotations = asObject(metadata['annotations']);
  if (annotations === undefined) return object;
  const kept = Object.entries(annotations).filter(
    ([name]) => !isCarrier(name, domain) && !isCarrier(name, usualDomain),
  );
  return { ...object, metadata: { ...metadata, annotations: Object.fromEntries(kept) } };
}
