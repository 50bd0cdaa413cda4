import { podOf, reviewOf } from '#gates/admission/attack/reviews.ts';
import { admit } from '#gates/admission/attack/target.ts';
import { closed, open, type Way } from '#gates/admission/attack/way.ts';

/** A denial must not be kept under a key that others share. */
export const poisonedDenial: Way = {
  number: 28,
  name: 'poisoned-denial',
  what: 'let a good image be denied once, under another name, so that the denial is remembered for it',
  async attack(target) {
    const [name = '', digest = ''] = target.good.split('@');
    const elsewhere = `${name.replace(/:[^/:]*$/, '')}-not-there@${digest}`;
    for (const images of [[elsewhere], [elsewhere, target.good], [target.bad, target.good]]) {
      await admit(target, reviewOf({ object: podOf(images) }));
    }
    const { isAllowed, message } = await admit(target, reviewOf({ object: podOf([target.good]) }));
    return isAllowed ? closed('the good image is let in as before') : open(`the good image is denied now: ${message}`);
  },
};
