import type { JsonObject } from '#kit/narrow.ts';
import type { Policy } from '#policy/policy.ts';
import { kyverno } from './language.ts';

/** A policy with these rules about pods, which is enforced unless other fields of its `spec` say otherwise. */
export function policyWith(rules: readonly object[], spec: object = {}, metadata: object = {}): JsonObject {
  const about = { match: { any: [{ resources: { kinds: ['Pod'] } }] } };
  return {
    apiVersion: 'kyverno.io/v1',
    kind: 'ClusterPolicy',
    metadata: { name: 'p', ...metadata },
    spec: {
      validationFailureAction: 'Enforce',
      rules: rules.map((rule, index) => ({ name: `r${index}`, ...about, ...rule })),
      ...spec,
    },
  };
}

/** Loads a policy, with others beside it. */
export function compile(body: JsonObject, ...others: readonly JsonObject[]): Policy {
  const companions = others.map((one, index) => ({ origin: `beside#${index}`, body: one }));
  return kyverno.compile({ origin: 'file', body }, companions);
}
