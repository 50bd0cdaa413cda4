import { podOf, reviewOf } from '#gates/admission/attack/reviews.ts';
import { nothingIsLetIn, type Way } from '#gates/admission/attack/way.ts';

/** `containers[*].image` may be changed in a pod. */
export const podUpdate: Way = {
  number: 5,
  name: 'pod-update',
  what: 'change the image of a pod that runs',
  attack: (target) =>
    nothingIsLetIn(target, [
      {
        what: 'another image',
        review: reviewOf({ operation: 'UPDATE', oldObject: podOf([target.good]), object: podOf([target.bad]) }),
      },
      {
        what: 'an image that was there before, and that the gate has never judged',
        review: reviewOf({ operation: 'UPDATE', oldObject: podOf([target.bad]), object: podOf([target.bad]) }),
      },
    ]),
};
