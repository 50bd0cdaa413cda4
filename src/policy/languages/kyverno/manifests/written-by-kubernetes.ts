import { isIP } from 'node:net';
import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { isSame } from '#policy/languages/kyverno/values/same.ts';
import { kindOf } from './defaults/kinds.ts';
import { withoutPodAdditions } from './pod-additions.ts';

/** Fields of `metadata` that only the API server can set, whatever anybody sends, or that say nothing of what an object does. */
const bookkeeping: readonly string[] = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
];

/** Finalizers of Kubernetes itself; those of others say who may hold up a deletion. */
const ownFinalizers: readonly unknown[] = [
  'foregroundDeletion',
  'orphan',
  'kubernetes.io/pv-protection',
  'kubernetes.io/pvc-protection',
  'batch.kubernetes.io/job-tracking',
  'service.kubernetes.io/load-balancer-cleanup',
];

/** What kubectl writes down of what was applied last, for the next time. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** An object or a manifest without what is written by the API server alone. */
export function withoutBookkeeping(object: JsonObject): JsonObject {
  const { status: _, metadata, ...rest } = object;
  const { annotations, finalizers, ...fields } = asObject(metadata) ?? {};
  const kept = without(fields, bookkeeping);
  const others = asList(finalizers).filter((one) => !ownFinalizers.includes(one));
  return {
    ...rest,
    metadata: {
      ...kept,
      ...(annotations === undefined || annotations === null ? {} : { annotations: withoutLastApplied(annotations) }),
      ...(others.length === 0 ? {} : { finalizers: others }),
    },
  };
}

function withoutLastApplied(annotations: unknown): unknown {
  const fields = asObject(annotations);
  return fields === undefined ? annotations : without(fields, [lastApplied]);
}

function without(fields: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

/** A field that Kubernetes may have written, if it says just that. In paths `*` is each item of a list. */
type Written = readonly [path: readonly string[], isWritten: (value: unknown, object: JsonObject) => boolean];

const inAll: readonly Written[] = [
  // A manifest without a namespace is for any.
  [['metadata', 'namespace'], (value) => typeof value === 'string'],
];

const inKinds: ReadonlyMap<string, readonly Written[]> = new Map<string, readonly Written[]>([
  ['apps/Deployment', [[['metadata', 'annotations', 'deployment.kubernetes.io/revision'], isNumeral]]],
  ['apps/DaemonSet', [[['metadata', 'annotations', 'deprecated.daemonset.template.generation'], isNumeral]]],
  [
    'batch/Job',
    [
      [['spec', 'selector'], isSelectorOfJob],
      ...['batch.kubernetes.io/controller-uid', 'controller-uid'].flatMap((label) => ofJob(label, 'uid')),
      ...['batch.kubernetes.io/job-name', 'job-name'].flatMap((label) => ofJob(label, 'name')),
    ],
  ],
  [
    '/Service',
    [
      [['spec', 'clusterIPs'], (value) => asList(value).length <= 2 && asList(value).every(isAddress)],
      [['spec', 'clusterIP'], isAddress],
      [['spec', 'ipFamilies'], (value) => isSame(value, ['IPv4']) || isSame(value, ['IPv6'])],
      [['spec', 'ipFamilyPolicy'], (value) => value === 'SingleStack'],
      [['spec', 'ports', '*', 'nodePort'], isPort],
      [['spec', 'healthCheckNodePort'], isPort],
    ],
  ],
  [
    '/Namespace',
    [
      [
        ['metadata', 'labels', 'kubernetes.io/metadata.name'],
        (value, object) => value !== undefined && value === metadataOf(object)['name'],
      ],
      [['spec', 'finalizers'], (value) => isSame(value, ['kubernetes'])],
    ],
  ],
]);

/**
 * An object without what Kubernetes has written into it, and of which its signed manifest says nothing.
 * @param whole the object with its bookkeeping, which some of that must agree with
 */
export function withoutWritten(object: JsonObject, signed: JsonObject, whole: JsonObject): JsonObject {
  const written = [...inAll, ...(inKinds.get(kindOf(object)) ?? [])];
  const bare = written.reduce<unknown>(
    (so, [path, is]) => remove(so, signed, path, (value) => is(value, whole)),
    object,
  );
  const named = withoutGeneratedName(asObject(bare) ?? object, signed);
  return kindOf(object) === '/Pod' ? withoutPodAdditions(named, signed) : named;
}

function remove(
  value: unknown,
  signed: unknown,
  [step, ...rest]: readonly string[],
  isWritten: (value: unknown) => boolean,
): unknown {
  if (step === '*') {
    const others = asList(signed);
    return Array.isArray(value) ? value.map((item, index) => remove(item, others[index], rest, isWritten)) : value;
  }
  const fields = asObject(value);
  if (fields === undefined || step === undefined || !Object.hasOwn(fields, step)) return value;
  const other = asObject(signed);
  const said = other !== undefined && Object.hasOwn(other, step) ? other[step] : undefined;
  if (rest.length > 0) return { ...fields, [step]: remove(fields[step], said, rest, isWritten) };
  return (said === undefined || said === null) && isWritten(fields[step]) ? without(fields, [step]) : value;
}

/** A name that was made from the beginning that the manifest says. */
function withoutGeneratedName(object: JsonObject, signed: JsonObject): JsonObject {
  const [metadata, said] = [metadataOf(object), metadataOf(signed)];
  const [name, prefix] = [asText(metadata['name']), asText(said['generateName']) ?? ''];
  const isGenerated = said['name'] === undefined && prefix !== '' && name?.startsWith(prefix) === true;
  return isGenerated ? { ...object, metadata: without(metadata, ['name']) } : object;
}

/** Labels by which a Job finds its pods. It has those of its pods itself, if it has no others. */
function ofJob(label: string, field: 'uid' | 'name'): readonly Written[] {
  return [['spec', 'template', 'metadata'], ['metadata']].map((place): Written => [
    [...place, 'labels', label],
    (value, object) => isFieldOf(object, field, value),
  ]);
}

function isSelectorOfJob(selector: unknown, object: JsonObject): boolean {
  const labels = Object.entries(asObject(asObject(selector)?.['matchLabels']) ?? {});
  const names: readonly string[] = ['batch.kubernetes.io/controller-uid', 'controller-uid'];
  const isAlone = Object.keys(asObject(selector) ?? {}).length === 1;
  return (
    isAlone &&
    labels.length > 0 &&
    labels.every(([label, value]) => names.includes(label) && isFieldOf(object, 'uid', value))
  );
}

function isFieldOf(object: JsonObject, field: 'uid' | 'name', value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value === metadataOf(object)[field];
}

function isNumeral(value: unknown): boolean {
  return typeof value === 'string' && /^\d{1,19}$/.test(value);
}

function isAddress(value: unknown): boolean {
  return typeof value === 'string' && isIP(value) !== 0;
}

/** Where Kubernetes takes ports of nodes from, unless a cluster says otherwise. */
function isPort(value: unknown): boolean {
  return typeof value === 'number' && value >= 30_000 && value <= 32_767;
}

function metadataOf(object: JsonObject): JsonObject {
  return asObject(object['metadata']) ?? {};
}
