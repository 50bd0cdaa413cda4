import type { JsonObject } from '#kit/narrow.ts';
import type { Policy } from '#policy/policy.ts';
import { clusterImagePolicy } from './language.ts';

/** A document, with these fields of its `spec`. */
export function policyWith(spec: object, name = 'p'): JsonObject {
  return {
    apiVersion: 'policy.sigstore.dev/v1beta1',
    kind: 'ClusterImagePolicy',
    metadata: { name },
    spec: { images: [{ glob: '**' }], ...spec },
  };
}

/** Loads the first of some documents, with the others beside it. */
export function compile(body: JsonObject, ...others: readonly JsonObject[]): Policy {
  const [document, ...companions] = [body, ...others].map((one, index) => ({ origin: `file#${index}`, body: one }));
  if (document === undefined) throw new Error('there is no document');
  return clusterImagePolicy.compile(
    document,
    [document, ...companions].filter((one) => clusterImagePolicy.isCompanion(one.body)),
  );
}
