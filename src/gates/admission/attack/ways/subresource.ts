import { podOf, reviewOf, workloadOf } from '#gates/admission/attack/reviews.ts';
import { nothingIsLetIn, type Way } from '#gates/admission/attack/way.ts';

/** A skip for scaling down, or for a status, skips the image too. */
export const subresource: Way = {
  number: 12,
  name: 'subresource',
  what: 'change the image together with the scale or the status',
  attack: (target) =>
    nothingIsLetIn(target, [
      {
        what: 'another image, scaled to nothing',
        review: reviewOf({
          operation: 'UPDATE',
          oldObject: workloadOf('apps/v1', 'Deployment', [target.good], { replicas: 3 }),
          object: workloadOf('apps/v1', 'Deployment', [target.bad], { replicas: 0 }),
        }),
      },
      {
        what: 'another image in a status',
        review: reviewOf({
          operation: 'UPDATE',
          subResource: 'status',
          oldObject: podOf([target.good]),
          object: podOf([target.bad]),
        }),
      },
    ]),
};
