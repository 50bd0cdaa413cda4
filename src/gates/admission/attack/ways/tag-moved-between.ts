import { podOf, reviewOf } from '#gates/admission/attack/reviews.ts';
import { digestIn, mutate, validate } from '#gates/admission/attack/target.ts';
import { closed, open, untested, type Way } from '#gates/admission/attack/way.ts';

/** What is judged must be what is stored. */
export const tagMovedBetween: Way = {
  number: 2,
  name: 'tag-moved-between',
  what: 'move a tag between the mutating and the validating webhook',
  async attack(target) {
    const { movable, good, bad } = target;
    if (movable === undefined) return untested('no tag is named that may be moved: --movable IMAGE:TAG');
    const review = reviewOf({ object: podOf([movable.reference]) });
    await movable.moveTo(good);
    const { isAllowed: isMutated, object } = await mutate(target, review);
    await movable.moveTo(bad);
    if (!isMutated) return closed('the mutating webhook denied it');
    const { isAllowed } = await validate(target, review, object);
    if (!isAllowed) return closed('it was denied');
    const isPinned = JSON.stringify(object).includes(digestIn(good));
    return isPinned
      ? closed('it runs what was judged')
      : open('it was let in with a tag that means another image by now');
  },
};
