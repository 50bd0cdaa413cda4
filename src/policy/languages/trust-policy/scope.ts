import type { Reference } from '#image/reference.ts';
import type { SpokenLanguage } from '#policy/reasons/explain.ts';
import { describeMode } from '#policy/description/mode.ts';
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

/** What a policy is about, as sentences. */
export function describeScope(spec: WrittenPolicy['spec']): Readonly<Record<SpokenLanguage, readonly string[]>> {
  const { images, places, mode, modes = [] } = spec;
  const include = images?.include?.join(', ');
  const exclude = images?.exclude?.join(', ');
  const at = (place: WrittenPlace) => Object.values(place).flat().join(', ');
  const where = places?.map(at).join('; ');
  const others = modes.map((one) => ({ where: { en: at(one.place), de: at(one.place) }, mode: one.mode }));
  const meant = describeMode(mode, others);
  return {
    en: [
      `It is about ${include ?? 'all images'}${exclude === undefined ? '' : `, without ${exclude}`}${where === undefined ? '' : `, at ${where}`}.`,
      meant.en,
    ],
    de: [
      `Sie betrifft ${include ?? 'alle Images'}${exclude === undefined ? '' : ` ohne ${exclude}`}${where === undefined ? '' : `, bei ${where}`}.`,
      meant.de,
    ],
  };
}
