import { podOf, reviewOf } from '#gates/admission/attack/reviews.ts';
import { mutate, validate } from '#gates/admission/attack/target.ts';
import { closed, open, type Way } from '#gates/admission/attack/way.ts';

/** Only what the validating webhook sees is stored. */
export const laterWebhook: Way = {
  number: 7,
  name: 'later-webhook',
  what: 'change the image in a webhook that is asked later',
  async attack(target) {
    const review = reviewOf({ object: podOf([target.good]) });
    if (!(await mutate(target, review)).isAllowed) return closed('the mutating webhook denied it');
    const { isAllowed } = await validate(target, review, podOf([target.bad]));
    return isAllowed ? open('the other image was let in') : closed('it was denied');
  },
};
