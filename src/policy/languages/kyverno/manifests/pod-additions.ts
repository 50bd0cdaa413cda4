import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { isSame } from '#policy/languages/kyverno/values/same.ts';
import { containerLists } from '#policy/workloads/images-of-pod.ts';

/** How long a pod stays on a node that fails, if it does not say (the admission plugin DefaultTolerationSeconds). */
const tolerations = ['not-ready', 'unreachable'].map((state) => ({
  key: `node.kubernetes.io/${state}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}));

/** The token of the service account, with what is needed to use it (the admission plugin ServiceAccount). */
const tokenSources = [
  { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
  { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
  {
    downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] },
  },
];
const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';

/** A pod without what plugins of the API server have added to it, each just as they write it, where its signed manifest has none. */
export function withoutPodAdditions(object: JsonObject, signed: JsonObject): JsonObject {
  const [spec, said] = [asObject(object['spec']), asObject(signed['spec']) ?? {}];
  if (spec === undefined) return object;
  const kept = keep(
    spec,
    'tolerations',
    (one) => has(said, 'tolerations', one) || !tolerations.some((own) => isSame(own, one)),
  );
  const token = said['automountServiceAccountToken'] === false ? undefined : tokenVolume(spec, said);
  return { ...object, spec: token === undefined ? kept : withoutToken(kept, token) };
}

/** The name of the one volume that was added for the token. */
function tokenVolume(spec: JsonObject, said: JsonObject): string | undefined {
  const added = asList(spec['volumes']).filter((volume) => isTokenVolume(volume) && !has(said, 'volumes', volume));
  return added.length === 1 ? asText(asObject(added[0])?.['name']) : undefined;
}

function isTokenVolume(volume: unknown): boolean {
  const { name } = asObject(volume) ?? {};
  const wanted = { name, projected: { defaultMode: 0o644, sources: tokenSources } };
  return typeof name === 'string' && /^kube-api-access-[a-z0-9]{5}$/.test(name) && isSame(volume, wanted);
}

function withoutToken(spec: JsonObject, name: string): JsonObject {
  const mount = { name, readOnly: true, mountPath: tokenPath };
  const bare = (container: unknown) => {
    const fields = asObject(container);
    return fields === undefined ? container : keep(fields, 'volumeMounts', (one) => !isSame(one, mount));
  };
  const lists = containerLists.flatMap((list): [string, unknown][] => {
    const containers = spec[list];
    return Array.isArray(containers) ? [[list, containers.map(bare)]] : [];
  });
  const rest = keep(spec, 'volumes', (volume) => asObject(volume)?.['name'] !== name);
  return { ...rest, ...Object.fromEntries(lists) };
}

function keep(fields: JsonObject, name: string, isKept: (item: unknown) => boolean): JsonObject {
  const list = fields[name];
  return Array.isArray(list) ? { ...fields, [name]: list.filter(isKept) } : fields;
}

function has(fields: JsonObject, name: string, item: unknown): boolean {
  return asList(fields[name]).some((one) => isSame(one, item));
}
