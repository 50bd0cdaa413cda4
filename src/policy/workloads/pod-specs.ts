import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { pointerOf, stepInto } from './pointer.ts';

/** A pod that an object is, or from which it makes pods. */
export interface PodSpec {
  readonly spec: JsonObject;
  /** Where it stands in the object, as a JSON pointer. */
  readonly pointer: string;
}

const inTemplate = ['spec', 'template', 'spec'] as const;

/** Where the pod stands in each kind of Kubernetes' own that has one. */
const places = new Map<string, readonly string[]>([
  ['Pod', ['spec']],
  ['PodTemplate', ['template', 'spec']],
  // What `pods/ephemeralcontainers` took before Kubernetes 1.23: the list is at the top.
  ['EphemeralContainers', []],
  ['Deployment', inTemplate],
  ['ReplicaSet', inTemplate],
  ['ReplicationController', inTemplate],
  ['StatefulSet', inTemplate],
  ['DaemonSet', inTemplate],
  ['Job', inTemplate],
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template', 'spec']],
]);

/** Kinds of Kubernetes' own that are pods or make pods. */
export const workloadKinds: readonly string[] = [...places.keys()];

/**
 * The pods of a Kubernetes object, by its kind; none for a kind that makes no pods, and for kinds of others, which are looked at by
 * {@link podSpecsByShape} or by paths that somebody configured. The group is not asked: a kind of the same name is looked at in the
 * same place.
 */
export function podSpecsOf(object: unknown): PodSpec[] {
  const steps = places.get(asText(stepInto(object, 'kind')) ?? '');
  if (steps === undefined) return [];
  const spec = asObject(steps.reduce<unknown>(stepInto, object));
  return spec === undefined ? [] : [{ spec, pointer: pointerOf(steps) }];
}
