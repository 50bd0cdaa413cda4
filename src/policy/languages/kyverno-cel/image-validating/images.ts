import type { JsonObject } from '#kit/narrow.ts';
import { imagesOfPod, containerLists } from '#policy/workloads/images-of-pod.ts';
import { podSpecsOf } from '#policy/workloads/pod-specs.ts';

/** The lists of images that expressions can name, of volumes as well. */
const names = [...containerLists, 'volumes'] as const;

/** The images of a pod, or of the pods that an object makes, by the list that they are in. */
export function imagesIn(object: JsonObject): ReadonlyMap<string, readonly string[]> {
  const images = podSpecsOf(object).flatMap(imagesOfPod);
  return new Map(names.map((name) => [name, images.filter(({ list }) => list === name).map(({ image }) => image)]));
}
