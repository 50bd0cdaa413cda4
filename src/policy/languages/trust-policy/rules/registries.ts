import { z } from 'zod';
import { formatReference } from '#image/reference.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import { imageGlob } from '#policy/languages/trust-policy/image-glob.ts';
import { failed, passed, ruleKind } from '#policy/languages/trust-policy/rule.ts';

const patterns = z.array(z.string()).min(1).max(1000);

/** Where images may come from. What is refused wins. */
export const registries = ruleKind({
  name: 'registries',
  schema: z
    .strictObject({
      allow: patterns.optional().describe('Images that are allowed, like registry.example/team/**; all by default.'),
      refuse: patterns.optional().describe('Images that are refused even so.'),
    })
    .describe('Where images may come from.'),
  compile: ({ allow = [], refuse = [] }) => {
    const allowed = allow.map(imageGlob);
    const refused = refuse.map(imageGlob);
    return ({ reference }) => {
      const name = formatReference({ host: reference.host, repository: reference.repository });
      const against = refused.find((glob) => glob.matches(reference));
      if (against !== undefined) {
        return [failed(reasonOf('registry-not-allowed', { image: name, patterns: against.written }))];
      }
      const by = allowed.find((glob) => glob.matches(reference));
      if (by !== undefined) return [passed({ what: 'pattern', value: by.written })];
      if (allowed.length === 0) return [passed()];
      return [failed(reasonOf('registry-not-allowed', { image: name, patterns: allow.join(', ') }))];
    };
  },
  describe: ({ allow = [], refuse = [] }) => ({
    en: [
      ...(allow.length === 0 ? [] : [`Images may come only from ${allow.join(', ')}.`]),
      ...(refuse.length === 0 ? [] : [`Images from ${refuse.join(', ')} are refused.`]),
    ],
    de: [
      ...(allow.length === 0 ? [] : [`Images dürfen nur von ${allow.join(', ')} kommen.`]),
      ...(refuse.length === 0 ? [] : [`Images von ${refuse.join(', ')} sind verboten.`]),
    ],
  }),
});
