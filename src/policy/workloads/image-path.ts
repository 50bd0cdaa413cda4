import { asObject, asText } from '#kit/narrow.ts';
import type { ObjectImage } from './object-image.ts';
import { pointerOf, stepInto, stepsOf } from './pointer.ts';

/** A place in which objects of a kind that is not Kubernetes' own name images. */
export interface ImagePath {
  /** `Kind`, or `group/Kind` for the kind of one group. */
  readonly kind: string;
  /**
   * A JSON pointer to the text of the image, or to the object or list that has it in `image`; `*` is any key or index.
   */
  readonly path: string;
}

/**
 * The images of an object at a configured path. A path that is not there names none; what stands there and is neither text nor an
 * object with a text in `image` is an image without a name.
 */
export function imagesAtPath(object: unknown, { kind, path }: ImagePath): ObjectImage[] {
  const steps = stepsOf(path);
  if (steps === undefined || !isOfKind(object, kind)) return [];
  let places: Place[] = [{ steps: [], value: object, name: '' }];
  for (const step of steps) places = places.flatMap((place) => into(place, step));
  return places.filter(({ value }) => value !== undefined && value !== null).map(imageAt);
}

interface Place {
  readonly steps: readonly (string | number)[];
  readonly value: unknown;
  /** The name of the innermost object on the way that has one. */
  readonly name: string;
}

function into({ steps, value, name }: Place, step: string): Place[] {
  const named = asText(stepInto(value, 'name')) ?? name;
  if (step !== '*') return [{ steps: [...steps, step], value: stepInto(value, step), name: named }];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(asObject(value) ?? {});
  return entries.map(([key, inner]: [string | number, unknown]) => ({
    steps: [...steps, key],
    value: inner,
    name: named,
  }));
}

function imageAt({ steps, value, name }: Place): ObjectImage {
  const inside = asObject(value) === undefined ? undefined : asText(stepInto(value, 'image'));
  const pointer = pointerOf(inside === undefined ? steps : [...steps, 'image']);
  const ownName = inside === undefined ? name : (asText(stepInto(value, 'name')) ?? name);
  return { list: 'custom', name: ownName, image: inside ?? asText(value) ?? '', pointer };
}

function isOfKind(object: unknown, kind: string): boolean {
  const slash = kind.lastIndexOf('/');
  if (asText(stepInto(object, 'kind')) !== kind.slice(slash + 1)) return false;
  const apiVersion = asText(stepInto(object, 'apiVersion')) ?? '';
  return slash < 0 || apiVersion.startsWith(`${kind.slice(0, slash)}/`);
}
