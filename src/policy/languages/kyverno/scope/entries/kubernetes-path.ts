import { policyError } from '#policy/errors.ts';

/** What a path of the Kubernetes API means: objects of a kind, one or all, and which of them are wanted. */
export interface KubernetesPath {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly labelSelector?: string;
}

/** The kinds that can be asked for, by what paths call them; others follow from the name by English grammar. */
const kinds: ReadonlyMap<string, string> = new Map(
  [
    'Binding ComponentStatus ConfigMap Event LimitRange Namespace Node PersistentVolume Pod Secret Service',
    'PersistentVolumeClaim PodTemplate ReplicationController ResourceQuota ServiceAccount ControllerRevision DaemonSet',
    'Deployment ReplicaSet StatefulSet HorizontalPodAutoscaler CronJob Job Lease EndpointSlice IngressClass',
    'NetworkPolicy PodDisruptionBudget Role RoleBinding ClusterRole ClusterRoleBinding PriorityClass StorageClass',
    'VolumeAttachment CSIDriver CSINode Ingress CustomResourceDefinition APIService RuntimeClass',
    'ValidatingAdmissionPolicy ValidatingWebhookConfiguration MutatingWebhookConfiguration ClusterPolicy Policy',
    'PolicyException GlobalContextEntry VirtualService Gateway DestinationRule HTTPRoute',
  ]
    .flatMap((line) => line.split(' '))
    .map((kind) => [pluralOf(kind), kind]),
);

/**
 * Reads a path such as `/api/v1/namespaces/NS/configmaps/NAME` or `/apis/apps/v1/deployments?labelSelector=app=web`.
 * @throws `expression-failed` for what is none, or asks for what cannot be asked
 */
export function readKubernetesPath(written: string): KubernetesPath {
  const [path = '', query = ''] = written.split('?', 2);
  const steps = path.split('/').filter((step) => step !== '');
  if (steps.includes('..') || steps.includes('.')) throw unknown(written);
  const [root, ...rest] = steps;
  const [apiVersion, place] =
    root === 'api' ? [rest[0] ?? '', rest.slice(1)] : [rest.slice(0, 2).join('/'), rest.slice(2)];
  if ((root !== 'api' && root !== 'apis') || apiVersion === '') throw unknown(written);
  const isWithin = place[0] === 'namespaces' && place.length > 2;
  const namespace = isWithin ? place[1] : undefined;
  const [plural = '', name, ...more] = isWithin ? place.slice(2) : place;
  const kind = kinds.get(plural);
  if (kind === undefined || more.length > 0) throw unknown(written);
  return { apiVersion, kind, namespace, name, labelSelector: readQuery(query, written) };
}

function readQuery(query: string, written: string): string | undefined {
  let selector: string | undefined;
  for (const [name, value] of new URLSearchParams(query)) {
    if (name === 'labelSelector') selector = value;
    // How many come at once changes nothing of what there is.
    else if (name !== 'limit' && name !== 'resourceVersion') throw unknown(written);
  }
  return selector;
}

function pluralOf(kind: string): string {
  const name = kind.toLowerCase();
  if (/(?:s|x|ch)$/.test(name)) return `${name}es`;
  return /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`;
}

function unknown(written: string) {
  return policyError('expression-failed', `"${written.slice(0, 200)}" asks for nothing that can be asked for here`);
}
