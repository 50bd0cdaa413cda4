import { policyError } from '#policy/errors.ts';

/** Kinds whose plural is not simply theirs with an `s`. */
const irregular = new Map([
  ['endpoints', 'Endpoints'],
  ['ingresses', 'Ingress'],
  ['networkpolicies', 'NetworkPolicy'],
  ['storageclasses', 'StorageClass'],
  ['ingressclasses', 'IngressClass'],
  ['priorityclasses', 'PriorityClass'],
  ['runtimeclasses', 'RuntimeClass'],
]);

const kinds = [
  ...'Pod Service ConfigMap Secret Namespace Node Event Binding ServiceAccount PersistentVolume PersistentVolumeClaim'.split(
    ' ',
  ),
  ...'ReplicationController ResourceQuota LimitRange PodTemplate Deployment DaemonSet StatefulSet ReplicaSet'.split(
    ' ',
  ),
  ...'ControllerRevision Job CronJob HorizontalPodAutoscaler PodDisruptionBudget Role RoleBinding ClusterRole'.split(
    ' ',
  ),
  ...'ClusterRoleBinding CustomResourceDefinition EndpointSlice Lease VolumeAttachment CSIDriver CSINode'.split(' '),
  ...'ValidatingWebhookConfiguration MutatingWebhookConfiguration CertificateSigningRequest FlowSchema'.split(' '),
];

const byPlural = new Map([...kinds.map((kind) => [`${kind.toLowerCase()}s`, kind] as const), ...irregular]);

/**
 * The kind that a resource of the API is of. Only those of Kubernetes itself are known: of others nothing tells the kind.
 * @throws `resource-unavailable`
 */
export function kindOfResource(plural: string): string {
  const kind = byPlural.get(plural);
  if (kind !== undefined) return kind;
  throw policyError('resource-unavailable', `which kind the resource "${plural.slice(0, 100)}" is of is not known`, {
    hint: 'only resources of Kubernetes itself can be read by their plural',
  });
}
