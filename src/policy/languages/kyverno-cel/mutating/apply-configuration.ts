import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';

/**
 * Lists of Kubernetes' objects whose elements are known by fields of theirs, by the name of the list: in others nothing is merged, they
 * are replaced (Kubernetes API conventions, "Merge strategy").
 */
const keysOfLists = new Map<string, readonly string[]>([
  ['containers', ['name']],
  ['initContainers', ['name']],
  ['ephemeralContainers', ['name']],
  ['volumes', ['name']],
  ['imagePullSecrets', ['name']],
  ['env', ['name']],
  ['volumeMounts', ['mountPath']],
  ['volumeDevices', ['devicePath']],
  ['ports', ['containerPort', 'port', 'protocol']],
  ['hostAliases', ['ip']],
  ['resourceClaims', ['name']],
  ['schedulingGates', ['name']],
  ['readinessGates', ['conditionType']],
  ['topologySpreadConstraints', ['topologyKey', 'whenUnsatisfiable']],
  ['ownerReferences', ['uid']],
  ['conditions', ['type']],
]);

/** Merges what an expression says into an object, as server-side apply does. @returns a new object */
export function applyConfiguration(object: unknown, applied: unknown): unknown {
  return merge(object, applied, '');
}

function merge(current: unknown, applied: unknown, name: string): unknown {
  if (Array.isArray(applied)) return mergeLists(current, applied, name);
  const fields = asObject(applied);
  if (fields === undefined) return applied;
  const made = new Map(Object.entries(asObject(current) ?? {}));
  for (const [key, value] of Object.entries(fields)) {
    const merged = value === undefined ? undefined : merge(made.get(key), value, key);
    if (merged !== undefined) made.set(key, merged);
  }
  return Object.fromEntries(made);
}

function mergeLists(current: unknown, applied: readonly unknown[], name: string): unknown {
  const keys = keysOfLists.get(name);
  if (keys === undefined) return name === 'finalizers' ? [...new Set([...asList(current), ...applied])] : applied;
  // An empty list of that kind takes nothing away, and is not put where there is none.
  if (applied.length === 0) return current;
  const made = [...asList(current)];
  for (const item of applied) {
    const at = made.findIndex((one) => isSame(asObject(one), asObject(item), keys));
    if (at < 0) made.push(item);
    else made[at] = merge(made[at], item, '');
  }
  return made;
}

function isSame(one: JsonObject | undefined, other: JsonObject | undefined, keys: readonly string[]): boolean {
  if (one === undefined || other === undefined) return false;
  const named = keys.filter((key) => one[key] !== undefined || other[key] !== undefined);
  // A protocol that is not written is TCP.
  const valueOf = (item: JsonObject, key: string) => item[key] ?? (key === 'protocol' ? 'TCP' : undefined);
  return named.length > 0 && named.every((key) => textOf(valueOf(one, key)) === textOf(valueOf(other, key)));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'number' ? String(value) : asText(value);
}
