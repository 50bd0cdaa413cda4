import { imagesAtPath, type ImagePath } from './image-path.ts';
import { imagesOfPod } from './images-of-pod.ts';
import type { ObjectImage } from './object-image.ts';
import { podSpecsOf } from './pod-specs.ts';

export type { ObjectImage };

/**
 * The images of a Kubernetes object: those of its pods by its kind, and those at the configured paths of its kind. Lists of objects
 * (`kind: List`) are not opened here.
 *
 * @example
 * imagesOfObject({ kind: 'Pod', spec: { containers: [{ name: 'web', image: 'nginx' }] } })
 * // [{ list: 'containers', name: 'web', image: 'nginx', pointer: '/spec/containers/0/image' }]
 */
export function imagesOfObject(object: unknown, extraPaths: readonly ImagePath[] = []): ObjectImage[] {
  const images = new Map<string, ObjectImage>();
  const ofPods = podSpecsOf(object).flatMap(imagesOfPod);
  for (const image of [...ofPods, ...extraPaths.flatMap((path) => imagesAtPath(object, path))]) {
    if (!images.has(image.pointer)) images.set(image.pointer, image);
  }
  return [...images.values()];
}
