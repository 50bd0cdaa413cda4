import { type Way } from '#gates/admission/attack/way.ts';
import { bySample } from '#gates/admission/attack/by-sample.ts';

/** A signature does not grow old by itself. */
export const oldImage: Way = {
  number: 24,
  name: 'old-image',
  what: 'run an old image that was signed at its time',
  attack: bySample('old-image'),
};
