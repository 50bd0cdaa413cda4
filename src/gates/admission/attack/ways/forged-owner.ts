import { podOf, reviewOf } from '#gates/admission/attack/reviews.ts';
import { nothingIsLetIn, type Way } from '#gates/admission/attack/way.ts';

/** A child of an approved object is not approved by saying so. */
export const forgedOwner: Way = {
  number: 27,
  name: 'forged-owner',
  what: 'name an approved owner',
  attack: (target) =>
    nothingIsLetIn(
      target,
      ['ReplicaSet', 'Job', 'DaemonSet', 'Node'].map((kind) => ({
        what: `a pod of a ${kind}`,
        review: reviewOf({
          object: podOf([target.bad], {
            metadata: {
              name: 'web',
              ownerReferences: [{ apiVersion: 'apps/v1', kind, name: 'web', uid: '1', controller: true }],
            },
          }),
        }),
      })),
    ),
};
