import type { JsonObject } from '#kit/narrow.ts';

/** How an API server is to reach the gate, and what else than Kubernetes' own kinds it is to ask about. */
export interface WebhookOptions {
  /** What both configurations are called. */
  readonly name: string;
  /** The gate's own namespace, which alone is exempt: the gate could not start again without itself. */
  readonly namespace: string;
  readonly reach:
    | { readonly kind: 'service'; readonly service: string; readonly port: number }
    | { readonly kind: 'url'; readonly url: string };
  /** Certificates that the API server is to trust, PEM; during a rotation the old ones and the new ones. */
  readonly caBundle: string;
  /** Resources of other groups, such as `{ group: 'argoproj.io', resource: 'rollouts' }`. */
  readonly resources: readonly ResourceOfGroup[];
}

export interface ResourceOfGroup {
  readonly group: string;
  readonly resource: string;
}

/**
 * The objects that make an API server ask the gate: one webhook pins, one decides. Nothing is exempt but the gate's own namespace,
 * by the label that Kubernetes itself sets; nobody is, and no kind that runs images. Nodes, leases and events are never asked
 * about, so that a cluster starts without the gate. No match conditions: an error in one would be a way around.
 */
export function webhookConfigurations(options: WebhookOptions): readonly JsonObject[] {
  return [configuration('Mutating', 'mutate', options), configuration('Validating', 'validate', options)];
}

function configuration(kind: 'Mutating' | 'Validating', path: string, options: WebhookOptions): JsonObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: `${kind}WebhookConfiguration`,
    metadata: { name: options.name, labels: { 'app.kubernetes.io/name': 'bulla' } },
    webhooks: [
      {
        name: `${path}.policy.bulla`,
        admissionReviewVersions: ['v1'],
        clientConfig: clientConfig(path, options),
        rules: rulesOf(options.resources),
        namespaceSelector: {
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: [options.namespace] }],
        },
        objectSelector: {},
        failurePolicy: 'Fail',
        matchPolicy: 'Equivalent',
        sideEffects: 'NoneOnDryRun',
        timeoutSeconds: 10,
        // Whatever is changed after the first round is pinned in a second.
        ...(kind === 'Mutating' ? { reinvocationPolicy: 'IfNeeded' } : {}),
      },
    ],
  };
}

function clientConfig(path: string, { reach, namespace, caBundle }: WebhookOptions): JsonObject {
  const ca = caBundle === '' ? {} : { caBundle: Buffer.from(caBundle).toString('base64') };
  if (reach.kind === 'url') return { url: `${reach.url}/${path}`, ...ca };
  return { service: { name: reach.service, namespace, path: `/${path}`, port: reach.port }, ...ca };
}

/** All of Kubernetes' own resources that are pods or make pods. */
export const ownResources = [
  { group: '', resources: ['pods', 'pods/ephemeralcontainers', 'replicationcontrollers', 'podtemplates'] },
  { group: 'apps', resources: ['deployments', 'replicasets', 'statefulsets', 'daemonsets'] },
  { group: 'batch', resources: ['jobs', 'cronjobs'] },
] as const;

function rulesOf(others: readonly ResourceOfGroup[]): readonly JsonObject[] {
  const wanted = [...ownResources, ...others.map(({ group, resource }) => ({ group, resources: [resource] }))];
  return wanted.map(({ group, resources }) => ({
    apiGroups: [group],
    // Versions that are yet to come as well: an equivalent request is asked about in one that is named.
    apiVersions: ['*'],
    operations: ['CREATE', 'UPDATE'],
    resources,
    scope: 'Namespaced',
  }));
}
