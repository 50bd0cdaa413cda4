import { z } from 'zod';
import { durationSchema, millisecondsOf } from '#policy/languages/trust-policy/duration.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import { failed, passed, ruleKind, unknown } from '#policy/languages/trust-policy/rule.ts';

/** Builds that can be reproduced write a date of their choice, such as 1970 or the year 1. */
const firstImages = Date.UTC(2013, 2, 1);

/** How old an image may be: what nobody builds anew gets no corrections. */
export const age = ruleKind({
  name: 'age',
  schema: z
    .strictObject({ atMost: durationSchema.describe('How long ago the image may have been built, like 90d.') })
    .describe('How old the image may be. An image that does not say when it was built is unknown.'),
  compile: ({ atMost }) => {
    const limit = millisecondsOf(atMost);
    return async ({ evidence, surroundings, use }) => {
      const { created } = (await evidence.describe()).config;
      const time = Date.parse(created ?? '');
      const item = { what: 'created', value: created ?? null };
      if (Number.isNaN(time) || time < firstImages || time > surroundings.now.getTime() + 86_400_000) {
        return [unknown(reasonOf('age-unknown', { image: use.image }), item)];
      }
      const days = String(Math.floor((surroundings.now.getTime() - time) / 86_400_000));
      return surroundings.now.getTime() - time > limit
        ? [failed(reasonOf('image-too-old', { image: use.image, days, limit: atMost }), item)]
        : [passed(item)];
    };
  },
  describe: ({ atMost }) => ({
    en: [`The image must have been built within the last ${atMost}.`],
    de: [`Das Image muss innerhalb der letzten ${atMost} gebaut worden sein.`],
  }),
});
