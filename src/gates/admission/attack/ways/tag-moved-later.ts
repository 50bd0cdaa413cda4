import { podOf, reviewOf } from '#gates/admission/attack/reviews.ts';
import { admit, digestIn } from '#gates/admission/attack/target.ts';
import { closed, open, untested, type Way } from '#gates/admission/attack/way.ts';

/** CVE-2022-47633, GHSA-2r43-6962-xcw5: a verdict that was remembered for a tag. */
export const tagMovedLater: Way = {
  number: 1,
  name: 'tag-moved-later',
  what: 'move a tag after its image was verified',
  async attack(target) {
    const { movable, good, bad } = target;
    if (movable === undefined) return untested('no tag is named that may be moved: --movable IMAGE:TAG');
    const review = reviewOf({ object: podOf([movable.reference]) });
    await movable.moveTo(good);
    const first = await admit(target, review);
    if (!first.isAllowed) return untested(`the tag is denied even where it means the good image: ${first.message}`);
    await movable.moveTo(bad);
    const { isAllowed, object } = await admit(target, review);
    const runs = JSON.stringify(object);
    return isAllowed && !runs.includes(digestIn(good))
      ? open('the tag was let in with another image')
      : closed('the new image was denied');
  },
};
