import { podOf, reviewOf } from '#gates/admission/attack/reviews.ts';
import { nothingIsLetIn, type Way } from '#gates/admission/attack/way.ts';

/** Who owns a namespace writes its labels. */
export const namespaceLabel: Way = {
  number: 9,
  name: 'namespace-label',
  what: 'use a namespace without the label that turns a gate on, or with one that turns it off',
  attack: (target) =>
    nothingIsLetIn(
      target,
      ['shop', 'default', 'unlabelled', 'a-namespace-that-nobody-knows'].map((namespace) => ({
        what: `namespace ${namespace}`,
        review: reviewOf({ object: podOf([target.bad]), namespace }),
      })),
    ),
};
