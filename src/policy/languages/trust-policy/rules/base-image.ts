import { z } from 'zod';
import { parseReference } from '#image/reference.ts';
import { imageGlob } from '#policy/languages/trust-policy/image-glob.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import { failed, passed, ruleKind, unknown } from '#policy/languages/trust-policy/rule.ts';

/** On which images it may be built. An image may claim any base; only one whose layers were compared counts. */
export const baseImage = ruleKind({
  name: 'baseImage',
  schema: z
    .strictObject({ allow: z.array(z.string()).min(1).max(1000).describe('Patterns of base images that are allowed.') })
    .describe('On which images it may be built. A base that is only claimed, or not known, is unknown.'),
  compile: ({ allow }) => {
    const allowed = allow.map(imageGlob);
    return async ({ evidence, use }) => {
      const { base } = (await evidence.scan()).subject;
      if (base?.name === undefined || base.by !== 'manifest') {
        const claimed = base?.name ?? 'none';
        return [
          unknown(reasonOf('base-image-not-allowed', { image: use.image, base: claimed }), {
            what: 'claimed base',
            value: claimed,
          }),
        ];
      }
      const name = parseReference(base.name);
      const item = { what: 'base image', value: base.name };
      return allowed.some((glob) => glob.matches(name))
        ? [passed(item)]
        : [failed(reasonOf('base-image-not-allowed', { image: use.image, base: base.name }), item)];
    };
  },
  describe: ({ allow }) => ({
    en: [`It must be built, provably, on one of: ${allow.join(', ')}.`],
    de: [`Es muss nachweislich auf einem von diesen gebaut sein: ${allow.join(', ')}.`],
  }),
});
