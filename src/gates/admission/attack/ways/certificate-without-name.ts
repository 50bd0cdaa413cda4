import { type Way } from '#gates/admission/attack/way.ts';
import { bySample } from '#gates/admission/attack/by-sample.ts';

/** A check of the name that is skipped where there is none. */
export const certificateWithoutName: Way = {
  number: 16,
  name: 'certificate-without-name',
  what: 'sign with a certificate that names nobody',
  attack: bySample('certificate-without-name'),
};
