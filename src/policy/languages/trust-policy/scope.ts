import type { Reference } from '#image/reference.ts';
import type { Mode } from '#policy/outcome.ts';
import type { Place } from '#policy/question.ts';
import { imageGlob } from './image-glob.ts';
import type { WrittenPlace, WrittenPolicy } from './schema.ts';
import { matchesStars } from './stars.ts';

/** Which images and places a policy is about, and how seriously it is meant there. */
export interface Scope {
  coversImage(reference: Reference): boolean;
  coversPlace(place: Place): boolean;
  modeAt(place: Place): Mode;
}

/** @throws `policy-invalid` for patterns of images that are none */
export function readScope({ spec }: WrittenPolicy): Scope {
  const include = spec.images?.include?.map(imageGlob);
  const exclude = (spec.images?.exclude ?? []).map(imageGlob);
  const { places, mode, modes = [] } = spec;
  return {
    coversImage: (reference) =>
      (include === undefined || include.some((glob) => glob.matches(reference))) &&
      !exclude.some((glob) => glob.matches(reference)),
    coversPlace: (place) => places === undefined || places.some((one) => fits(one, place)),
    modeAt: (place) => modes.find((one) => fits(one.place, place))?.mode ?? mode,
  };
}

function fits({ gates, clusters, namespaces }: WrittenPlace, place: Place): boolean {
  return (
    (gates === undefined || gates.includes(place.gate)) &&
    fitsName(clusters, place.cluster) &&
    fitsName(namespaces, place.namespace)
  );
}

function fitsName(patterns: readonly string[] | undefined, name: string | undefined): boolean {
  if (patterns === undefined) return true;
  return name !== undefined && patterns.some((pattern) => matchesStars(pattern, name));
}
