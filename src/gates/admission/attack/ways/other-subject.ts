import { type Way } from '#gates/admission/attack/way.ts';
import { bySample } from '#gates/admission/attack/by-sample.ts';

/** The subject of what is signed must be this digest. */
export const otherSubject: Way = {
  number: 18,
  name: 'other-subject',
  what: 'put the signature of another image beside this one',
  attack: bySample('other-subject'),
};
