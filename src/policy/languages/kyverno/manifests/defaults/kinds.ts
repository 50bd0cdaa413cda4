import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { withAmounts } from './amounts.ts';
import { withChange, withDefaults, type Default } from './default.ts';
import { completePod, completeTemplate } from './pod.ts';

/** What the API server writes into objects of a kind (Kubernetes, pkg/apis/GROUP/VERSION/defaults.go). */
interface KindDefaults {
  readonly fields: readonly Default[];
  /** Where amounts are, beside those of pods. */
  readonly amounts?: readonly string[];
  /** Where a pod is, or the template of one, and how that is completed. */
  readonly pod?: readonly [path: string, complete: (spec: JsonObject) => JsonObject];
}

const template: readonly Default[] = [
  ['spec.template.metadata', {}],
  ['spec.template.metadata.labels', {}],
  ['spec.template.metadata.annotations', {}],
];
const inTemplate = ['spec.template.spec', completeTemplate] as const;
const claims = 'spec.volumeClaimTemplates.*';

const metadata: readonly Default[] = [
  ['metadata.labels', {}],
  ['metadata.annotations', {}],
];

/** Kinds by group and name. What is not here is compared as it is. */
const kinds: ReadonlyMap<string, KindDefaults> = new Map<string, KindDefaults>([
  ['/Pod', { fields: [], pod: ['spec', completePod] }],
  ['/Namespace', { fields: [['spec', {}]] }],
  [
    'apps/Deployment',
    {
      pod: inTemplate,
      fields: [
        ...template,
        ['spec.replicas', 1],
        ['spec.revisionHistoryLimit', 10],
        ['spec.progressDeadlineSeconds', 600],
        ['spec.minReadySeconds', 0],
        ['spec.paused', false],
        ['spec.strategy', {}],
        ['spec.strategy.type', 'RollingUpdate'],
        ['spec.strategy.rollingUpdate', ifRolling],
        ['spec.strategy.rollingUpdate.maxUnavailable', '25%'],
        ['spec.strategy.rollingUpdate.maxSurge', '25%'],
      ],
    },
  ],
  [
    'apps/StatefulSet',
    {
      pod: inTemplate,
      amounts: [`${claims}.spec.resources.requests`, `${claims}.spec.resources.limits`],
      fields: [
        ...template,
        ['spec.replicas', 1],
        ['spec.revisionHistoryLimit', 10],
        ['spec.minReadySeconds', 0],
        ['spec.serviceName', ''],
        ['spec.podManagementPolicy', 'OrderedReady'],
        ['spec.updateStrategy', {}],
        ['spec.updateStrategy.type', 'RollingUpdate'],
        ['spec.updateStrategy.rollingUpdate', ifRolling],
        ['spec.updateStrategy.rollingUpdate.partition', 0],
        ['spec.persistentVolumeClaimRetentionPolicy', {}],
        ['spec.persistentVolumeClaimRetentionPolicy.whenDeleted', 'Retain'],
        ['spec.persistentVolumeClaimRetentionPolicy.whenScaled', 'Retain'],
        [`${claims}.apiVersion`, 'v1'],
        [`${claims}.kind`, 'PersistentVolumeClaim'],
        [`${claims}.status`, { phase: 'Pending' }],
        [`${claims}.spec.volumeMode`, 'Filesystem'],
      ],
    },
  ],
  [
    'apps/DaemonSet',
    {
      pod: inTemplate,
      fields: [
        ...template,
        ['spec.revisionHistoryLimit', 10],
        ['spec.minReadySeconds', 0],
        ['spec.updateStrategy', {}],
        ['spec.updateStrategy.type', 'RollingUpdate'],
        ['spec.updateStrategy.rollingUpdate', ifRolling],
        ['spec.updateStrategy.rollingUpdate.maxUnavailable', 1],
        ['spec.updateStrategy.rollingUpdate.maxSurge', 0],
      ],
    },
  ],
  ['apps/ReplicaSet', { pod: inTemplate, fields: [...template, ['spec.replicas', 1], ['spec.minReadySeconds', 0]] }],
  [
    '/ReplicationController',
    {
      pod: inTemplate,
      fields: [
        ['metadata.labels', labelsOfTemplate],
        ['spec.selector', labelsOfTemplate],
        ...template,
        ['spec.replicas', 1],
        ['spec.minReadySeconds', 0],
      ],
    },
  ],
  [
    'batch/Job',
    {
      pod: inTemplate,
      fields: [
        ['metadata.labels', labelsOfTemplate],
        ...template,
        ['spec.completions', ({ parallelism }) => (parallelism === undefined ? 1 : undefined)],
        ['spec.parallelism', 1],
        ['spec.backoffLimit', ({ backoffLimitPerIndex }) => (backoffLimitPerIndex === undefined ? 6 : 2 ** 31 - 1)],
        ['spec.completionMode', 'NonIndexed'],
        ['spec.suspend', false],
        ['spec.manualSelector', false],
        [
          'spec.podReplacementPolicy',
          (spec) => (spec['podFailurePolicy'] === undefined ? 'TerminatingOrFailed' : 'Failed'),
        ],
      ],
    },
  ],
  [
    'batch/CronJob',
    {
      pod: ['spec.jobTemplate.spec.template.spec', completeTemplate],
      fields: [
        ...['spec.jobTemplate.metadata', 'spec.jobTemplate.spec.template.metadata'].flatMap((path): Default[] => [
          [path, {}],
          [`${path}.labels`, {}],
          [`${path}.annotations`, {}],
        ]),
        ['spec.concurrencyPolicy', 'Allow'],
        ['spec.suspend', false],
        ['spec.successfulJobsHistoryLimit', 3],
        ['spec.failedJobsHistoryLimit', 1],
      ],
    },
  ],
  [
    '/Service',
    {
      fields: [
        ['spec.type', 'ClusterIP'],
        ['spec.sessionAffinity', 'None'],
        ['spec.selector', {}],
        ['spec.publishNotReadyAddresses', false],
        ['spec.ports.*.protocol', 'TCP'],
        ['spec.ports.*.targetPort', ({ port }) => port],
        ['spec.clusterIPs', ({ clusterIP }) => (clusterIP === undefined ? undefined : [clusterIP])],
        ['spec.internalTrafficPolicy', ({ type }) => (type === 'ExternalName' ? undefined : 'Cluster')],
        ['spec.externalTrafficPolicy', ({ type }) => (isOutside(type) ? 'Cluster' : undefined)],
        ['spec.allocateLoadBalancerNodePorts', ({ type }) => (type === 'LoadBalancer' ? true : undefined)],
      ],
    },
  ],
  ['/Secret', { fields: [['type', 'Opaque']] }],
]);

function ifRolling({ type }: JsonObject): JsonObject | undefined {
  return type === 'RollingUpdate' ? {} : undefined;
}

function isOutside(type: unknown): boolean {
  return type === 'NodePort' || type === 'LoadBalancer';
}

function labelsOfTemplate(_: JsonObject, { spec }: JsonObject): unknown {
  return asObject(asObject(asObject(spec)?.['template'])?.['metadata'])?.['labels'];
}

/** The group and kind of an object. */
export function kindOf(object: JsonObject): string {
  const apiVersion = asText(object['apiVersion']) ?? '';
  return `${apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')))}/${asText(object['kind']) ?? ''}`;
}

/** An object as the API server would have it, as far as its kind is known. */
export function completeKind(object: JsonObject): JsonObject {
  const known = kinds.get(kindOf(object));
  const completed = withAmounts(withDefaults(object, [...(known?.fields ?? []), ...metadata]), known?.amounts ?? []);
  if (known?.pod === undefined) return completed;
  const [path, complete] = known.pod;
  return withChange(completed, path, (spec) => {
    const fields = asObject(spec);
    return fields === undefined ? spec : complete(fields);
  });
}

/** Whether the defaults of a kind are known. */
export function isKnownKind(object: JsonObject): boolean {
  return kinds.has(kindOf(object));
}
