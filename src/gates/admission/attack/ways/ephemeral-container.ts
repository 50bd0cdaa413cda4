import { podOf, reviewOf } from '#gates/admission/attack/reviews.ts';
import { nothingIsLetIn, type Way } from '#gates/admission/attack/way.ts';

/** The subresource sends a whole pod in an update. */
export const ephemeralContainer: Way = {
  number: 4,
  name: 'ephemeral-container',
  what: 'add an ephemeral container to a running pod',
  attack: (target) =>
    nothingIsLetIn(target, [
      {
        what: 'an ephemeral container',
        review: reviewOf({
          operation: 'UPDATE',
          subResource: 'ephemeralcontainers',
          oldObject: podOf([target.good]),
          object: podOf([target.good], {
            spec: {
              containers: [{ name: 'c0', image: target.good }],
              ephemeralContainers: [{ name: 'debug', image: target.bad, targetContainerName: 'c0' }],
            },
          }),
        }),
      },
    ]),
};
