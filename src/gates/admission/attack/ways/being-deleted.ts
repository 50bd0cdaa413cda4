import { podOf, reviewOf } from '#gates/admission/attack/reviews.ts';
import { nothingIsLetIn, type Way } from '#gates/admission/attack/way.ts';

/** CVE-2023-34091: such objects were skipped, and a finalizer keeps them. */
export const beingDeleted: Way = {
  number: 13,
  name: 'being-deleted',
  what: 'let the object be one that is being deleted',
  attack: (target) =>
    nothingIsLetIn(
      target,
      (['CREATE', 'UPDATE'] as const).map((operation) => ({
        what: `${operation} of an object with a deletionTimestamp`,
        review: reviewOf({
          operation,
          ...(operation === 'UPDATE' ? { oldObject: podOf([target.good]) } : {}),
          object: podOf([target.bad], {
            metadata: { name: 'web', deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['example.org/keep'] },
          }),
        }),
      })),
    ),
};
