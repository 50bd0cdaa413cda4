import { formatQuantity, parseQuantity } from '#policy/languages/kyverno/values/quantity.ts';
import { asObject, type JsonObject } from '#kit/narrow.ts';
import { containerLists } from '#policy/workloads/images-of-pod.ts';
import { containerDefaults, pullPolicyOf } from './container.ts';
import { withChange, withDefaults, type Default } from './default.ts';

/** What the API server writes into the spec of a pod, or of the template of one. */
const podDefaults: readonly Default[] = [
  ['restartPolicy', 'Always'],
  ['dnsPolicy', 'ClusterFirst'],
  ['schedulerName', 'default-scheduler'],
  ['terminationGracePeriodSeconds', 30],
  ['securityContext', {}],
  ['enableServiceLinks', true],
  // The older name of the field is written beside the newer one.
  ['serviceAccountName', ({ serviceAccount }) => serviceAccount ?? 'default'],
  ['serviceAccount', ({ serviceAccountName }) => serviceAccountName],
  ['priority', ({ priorityClassName = '' }) => priorities.get(priorityClassName)],
  ['preemptionPolicy', ({ priorityClassName = '' }) => (priorities.has(priorityClassName) ? lower : undefined)],
  ...['hostNetwork', 'hostPID', 'hostIPC'].map((flag): Default => [flag, false]),
  ...['volumes', 'initContainers', 'imagePullSecrets', 'tolerations', 'hostAliases'].map((list): Default => [list, []]),
  ['nodeSelector', {}],
  ['volumes.*.emptyDir', (volume) => (Object.keys(volume).length === 1 ? {} : undefined)],
  ...['secret', 'configMap', 'downwardAPI', 'projected'].map((kind): Default => [
    `volumes.*.${kind}.defaultMode`,
    0o644,
  ]),
  ['volumes.*.hostPath.type', ''],
  ['volumes.*.downwardAPI.items.*.fieldRef.apiVersion', 'v1'],
  ['volumes.*.projected.sources.*.downwardAPI.items.*.fieldRef.apiVersion', 'v1'],
  ['volumes.*.projected.sources.*.serviceAccountToken.expirationSeconds', 3600],
  ['volumes.*.ephemeral.volumeClaimTemplate.spec.volumeMode', 'Filesystem'],
  ['volumes.*.image.pullPolicy', ({ reference }) => pullPolicyOf(reference)],
];

const lower = 'PreemptLowerPriority';

/** Of pods without a class, and of those of the classes that every cluster has. */
const priorities = new Map<unknown, number>([
  ['', 0],
  ['system-cluster-critical', 2_000_000_000],
  ['system-node-critical', 2_000_001_000],
]);

const amounts = ['volumes.*.emptyDir.sizeLimit'];
const listsOfAmounts = [
  'overhead',
  ...containerLists.flatMap((list) => [`${list}.*.resources.limits`, `${list}.*.resources.requests`]),
];

/** A pod as the API server would have it: like a template, and its containers ask for what they are limited to, if for nothing else. */
export function completePod(spec: JsonObject): JsonObject {
  const lists = containerLists.map((list) => `${list}.*.resources`);
  return completeTemplate(lists.reduce((so, path) => withChange(so, path, withRequests), spec));
}

function withRequests(resources: unknown): unknown {
  const fields = asObject(resources);
  const limits = asObject(fields?.['limits']);
  return limits === undefined ? resources : { ...fields, requests: { ...limits, ...asObject(fields?.['requests']) } };
}

/** The template of a pod as the API server would have it: with its defaults, and amounts in one way of writing. */
export function completeTemplate(spec: JsonObject): JsonObject {
  const lists = containerLists.reduce((so, list) => withDefaults(so, containerDefaults, `${list}.*.`), spec);
  const completed = withDefaults(withHostPorts(lists), podDefaults);
  const single = amounts.reduce((so, path) => withChange(so, path, inOneWay), completed);
  return listsOfAmounts.reduce((so, path) => withChange(so, path, eachInOneWay), single);
}

/** In the network of its node, a port of a container is that port of the node. */
function withHostPorts(spec: JsonObject): JsonObject {
  const hostPort: Default = ['ports.*.hostPort', ({ containerPort }) => containerPort];
  return spec['hostNetwork'] === true
    ? containerLists.reduce((so, list) => withDefaults(so, [hostPort], `${list}.*.`), spec)
    : spec;
}

function eachInOneWay(list: unknown): unknown {
  const fields = asObject(list);
  if (fields === undefined) return list;
  return Object.fromEntries(Object.entries(fields).map(([name, amount]) => [name, inOneWay(amount)]));
}

/** `0.5` and `500m` are the same amount, and so are `1Gi` and `1024Mi`. */
function inOneWay(amount: unknown): unknown {
  const quantity = typeof amount === 'string' || typeof amount === 'number' ? parseQuantity(String(amount)) : undefined;
  return quantity === undefined ? amount : formatQuantity({ ...quantity, format: 'decimal' });
}
