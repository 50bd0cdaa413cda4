import { limited, listed, type Said } from './said.ts';

/** Images by patterns of their names. @param all the pattern that stands for all of them */
export function describeImages(patterns: readonly string[], all: string, without: readonly string[] = []): Said {
  const [names, left] = [listed(patterns), listed(without)];
  const images: Said = patterns.includes(all) ? allImages : { en: `images ${names.en}`, de: `Images ${names.de}` };
  return limited(images, without.length === 0 ? [] : [{ en: `without ${left.en}`, de: `ohne ${left.de}` }]);
}

export const allImages: Said = { en: 'all images', de: 'alle Images' };
