import { type Way } from '#gates/admission/attack/way.ts';
import { bySample } from '#gates/admission/attack/by-sample.ts';

/** What is signed must be what is named: the index or the image. */
export const indexOrPlatform: Way = {
  number: 19,
  name: 'index-or-platform',
  what: 'wrap a good image into an index with a bad one',
  attack: bySample('index-or-platform'),
};
