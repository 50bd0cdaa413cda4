import { type Way } from '#gates/admission/attack/way.ts';
import { bySample } from '#gates/admission/attack/by-sample.ts';

/** An attestation without a signer to expect accepts everybody. */
export const attestationOfAnybody: Way = {
  number: 17,
  name: 'attestation-of-anybody',
  what: 'attest by somebody whom the policy does not name',
  attack: bySample('attestation-of-anybody'),
};
