import { z } from 'zod';
import { reasonOf } from '#policy/reasons/reason.ts';
import { failed, passed, ruleKind } from '#policy/languages/trust-policy/rule.ts';

/** The reference must have a digest, because a tag may mean something else tomorrow. */
export const pinned = ruleKind({
  name: 'pinned',
  schema: z.literal(true).describe('The reference must have a digest. Admission gates add it before they decide.'),
  compile:
    () =>
    ({ use, reference }) => {
      const { digest } = reference;
      if (digest !== undefined) return [passed({ what: 'digest', value: digest })];
      return [failed(reasonOf('not-pinned', { image: use.image }))];
    },
  describe: () => ({
    en: ['Each reference must have a digest.'],
    de: ['Jede Referenz muss einen Digest haben.'],
  }),
});
