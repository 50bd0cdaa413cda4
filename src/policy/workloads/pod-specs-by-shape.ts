import { asList, asObject } from '#kit/narrow.ts';
import { containerLists } from './images-of-pod.ts';
import { pointerOf, stepInto } from './pointer.ts';
import type { PodSpec } from './pod-specs.ts';

/** Kubernetes refuses objects that are deeper or larger long before. */
const deepest = 60;
const mostValues = 200_000;

/**
 * What looks like a pod in an object of an unknown kind, such as a Rollout of Argo or a Service of Knative: an object with a list of
 * containers of which one names an image. Looks no deeper than 60 steps and at no more than 200,000 values.
 */
export function podSpecsByShape(object: unknown): PodSpec[] {
  const found: PodSpec[] = [];
  const waiting: { readonly value: unknown; readonly steps: readonly (string | number)[] }[] = [
    { value: object, steps: [] },
  ];
  for (let seen = 0; seen < mostValues; seen++) {
    const next = waiting.pop();
    if (next === undefined) break;
    const { value, steps } = next;
    const spec = asObject(value);
    if (spec !== undefined && hasContainers(spec)) {
      found.push({ spec, pointer: pointerOf(steps) });
      continue;
    }
    if (steps.length === deepest) continue;
    const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(spec ?? {});
    // The stack gives back what was put last, so that what comes first is put last.
    for (const [step, inner] of entries.toReversed()) {
      if (typeof inner === 'object' && inner !== null) waiting.push({ value: inner, steps: [...steps, step] });
    }
  }
  return found;
}

function hasContainers(value: unknown): boolean {
  return containerLists.some((list) =>
    asList(stepInto(value, list)).some((container) => typeof stepInto(container, 'image') === 'string'),
  );
}
