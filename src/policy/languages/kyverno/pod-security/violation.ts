import { asList, asObject, type JsonObject } from '#kit/narrow.ts';
import { containerLists } from '#policy/workloads/images-of-pod.ts';

/** What a pod does that a control forbids. */
export interface Violation {
  /** The control, as the Pod Security Standards call it. */
  readonly control: string;
  /** The field, with `*` for every index. */
  readonly field: string;
  /** What stands there and should not. */
  readonly values: readonly string[];
  /** The image of the container that it is about; nothing for the pod itself. */
  readonly image?: string;
}

/** A pod as controls look at it. */
export interface PodView {
  readonly spec: JsonObject;
  readonly annotations: Readonly<Record<string, string>>;
  readonly containers: readonly ContainerView[];
}

export interface ContainerView {
  readonly list: string;
  readonly container: JsonObject;
  readonly securityContext: JsonObject;
}

/** One control: what of a pod it forbids. */
export type Control = (pod: PodView) => readonly Omit<Violation, 'control'>[];

export function viewOf(spec: JsonObject, annotations: Readonly<Record<string, string>>): PodView {
  const containers = containerLists.flatMap((list) =>
    asList(spec[list]).map((one): ContainerView => {
      const container = asObject(one) ?? {};
      return { list, container, securityContext: objectIn(container, 'securityContext') };
    }),
  );
  return { spec, annotations, containers };
}

export function objectIn(value: JsonObject, field: string): JsonObject {
  return asObject(value[field]) ?? {};
}
