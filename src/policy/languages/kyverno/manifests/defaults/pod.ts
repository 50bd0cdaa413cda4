import { asObject, type JsonObject } from '#kit/narrow.ts';
import { containerLists } from '#policy/workloads/images-of-pod.ts';
import { withAmounts } from './amounts.ts';
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
  ...['hostname', 'subdomain', 'nodeName', 'priorityClassName'].map((text): Default => [text, '']),
  ['nodeSelector', {}],
  ['volumes.*.emptyDir', (volume) => (Object.keys(volume).length === 1 ? {} : undefined)],
  ...['secret', 'configMap', 'downwardAPI', 'projected'].map((kind): Default => [
    `volumes.*.${kind}.defaultMode`,
    0o644,
  ]),
  ['volumes.*.hostPath.type', ''],
  ['volumes.*.persistentVolumeClaim.readOnly', false],
  ['volumes.*.nfs.readOnly', false],
  ['volumes.*.iscsi.iscsiInterface', 'default'],
  ['volumes.*.downwardAPI.items.*.resourceFieldRef.divisor', '0'],
  ['volumes.*.projected.sources.*.downwardAPI.items.*.resourceFieldRef.divisor', '0'],
  ['volumes.*.downwardAPI.items.*.fieldRef.apiVersion', 'v1'],
  ['volumes.*.projected.sources.*.downwardAPI.items.*.fieldRef.apiVersion', 'v1'],
  ['volumes.*.projected.sources.*.serviceAccountToken.expirationSeconds', 3600],
  ['volumes.*.ephemeral.volumeClaimTemplate.metadata', {}],
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

const amounts: readonly string[] = [
  'overhead',
  'volumes.*.emptyDir.sizeLimit',
  'volumes.*.ephemeral.volumeClaimTemplate.spec.resources.requests',
  'volumes.*.downwardAPI.items.*.resourceFieldRef.divisor',
  'volumes.*.projected.sources.*.downwardAPI.items.*.resourceFieldRef.divisor',
  ...containerLists.flatMap((list) => [
    `${list}.*.resources.limits`,
    `${list}.*.resources.requests`,
    `${list}.*.env.*.valueFrom.resourceFieldRef.divisor`,
  ]),
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
  return withAmounts(withDefaults(withHostPorts(lists), podDefaults), amounts);
}

/** In the network of its node, a port of a container is that port of the node. */
function withHostPorts(spec: JsonObject): JsonObject {
  const hostPort: Default = ['ports.*.hostPort', ({ containerPort }) => containerPort];
  return spec['hostNetwork'] === true
    ? containerLists.reduce((so, list) => withDefaults(so, [hostPort], `${list}.*.`), spec)
    : spec;
}
