import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { policyError } from '#policy/errors.ts';

/** By which field elements of a list are the same, for lists of Kubernetes' own kinds (`x-kubernetes-patch-merge-key`). */
const mergeKeys: ReadonlyMap<string, string> = new Map([
  ['containers', 'name'],
  ['initContainers', 'name'],
  ['ephemeralContainers', 'name'],
  ['volumes', 'name'],
  ['env', 'name'],
  ['imagePullSecrets', 'name'],
  ['secrets', 'name'],
  ['resourceClaims', 'name'],
  ['ports', 'containerPort'],
  ['volumeMounts', 'mountPath'],
  ['volumeDevices', 'devicePath'],
  ['hostAliases', 'ip'],
  ['topologySpreadConstraints', 'topologyKey'],
  ['conditions', 'type'],
  ['ownerReferences', 'uid'],
]);

/**
 * Merges a patch into an object as kustomize does: maps field by field, lists of Kubernetes' own kinds element by element, with those of
 * the patch first; other lists are replaced, and `null` takes a field away.
 */
export function mergeStrategically(object: JsonObject, patch: JsonObject): JsonObject {
  const group = (asText(object['apiVersion']) ?? '').split('/').at(-2) ?? '';
  const isOwn = !group.includes('.') || group.endsWith('.k8s.io');
  const keyOf = (field: string) =>
    isOwn ? (field === 'ports' && object['kind'] === 'Service' ? 'port' : mergeKeys.get(field)) : undefined;
  return mergeMaps(object, patch, keyOf);
}

type KeyOf = (field: string) => string | undefined;

function mergeMaps(object: JsonObject, patch: JsonObject, keyOf: KeyOf): JsonObject {
  if (patch['$patch'] === 'replace') return without(patch, '$patch');
  const changed = new Map(Object.entries(object));
  for (const [field, value] of Object.entries(patch)) {
    if (field === '$patch') continue;
    if (value === null || asObject(value)?.['$patch'] === 'delete') changed.delete(field);
    else changed.set(field, mergeValues(changed.get(field), value, keyOf(field), keyOf));
  }
  return Object.fromEntries(changed);
}

function mergeValues(value: unknown, patch: unknown, key: string | undefined, keyOf: KeyOf): unknown {
  const map = asObject(patch);
  if (map !== undefined) return mergeMaps(asObject(value) ?? {}, map, keyOf);
  if (!Array.isArray(patch) || key === undefined) return patch;
  return mergeLists(Array.isArray(value) ? value : [], patch, key, keyOf);
}

function mergeLists(list: readonly unknown[], patches: readonly unknown[], key: string, keyOf: KeyOf): unknown {
  if (
    patches.some(
      (patch) => asObject(patch)?.['$patch'] === 'replace' && Object.keys(asObject(patch) ?? {}).length === 1,
    )
  ) {
    return patches.filter((patch) => asObject(patch)?.['$patch'] === undefined);
  }
  const idOf = (element: unknown) => asObject(element)?.[key];
  const changed: unknown[] = [];
  const taken = new Set<unknown>();
  for (const patch of patches) {
    const fields = asObject(patch) ?? {};
    const id = idOf(patch);
    if (id === undefined && Object.keys(fields).length > 0) {
      throw policyError('expression-failed', `an element of a patch has no ${key}, and so nobody knows which is meant`);
    }
    const at = changed.findIndex((one) => id !== undefined && idOf(one) === id);
    const start = at >= 0 ? changed[at] : list.find((element) => idOf(element) === id);
    taken.add(id);
    if (id === undefined || fields['$patch'] === 'delete') continue;
    const merged = mergeMaps(asObject(start) ?? {}, fields, keyOf);
    if (at >= 0) changed[at] = merged;
    else changed.push(merged);
  }
  return [...changed, ...list.filter((element) => !taken.has(idOf(element)))];
}

function without(object: JsonObject, field: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== field));
}
