import { z } from 'zod';
import { parseLicense } from '#documents/licenses/license-expression.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import { failed, passed, ruleKind, unknown } from '#policy/languages/trust-policy/rule.ts';

const ids = z.array(z.string().min(1)).min(1).max(1000);

/** Under which licences the packages may be. */
export const licenses = ruleKind({
  name: 'licenses',
  schema: z
    .union([
      z.strictObject({
        refuse: ids.describe('SPDX ids that are refused, like AGPL-3.0-only; * at the end for a family.'),
      }),
      z.strictObject({ allow: ids.describe('SPDX ids that are allowed, and no others.') }),
    ])
    .describe('Under which licences the packages may be. A choice (OR) is fine if one of it is.'),
  compile: (written) => {
    const isFine = 'allow' in written ? matcherOf(written.allow) : negated(matcherOf(written.refuse));
    const isStrict = 'allow' in written;
    return async ({ evidence, use }) => {
      const { packages } = (await evidence.scan()).inventory;
      const judged = packages.map((one) => ({ one, judgement: judge(one.licenses, isFine, isStrict) }));
      const refused = judged.filter(({ judgement }) => judgement === 'refused').map(({ one }) => one);
      const unread = judged.filter(({ judgement }) => judgement === 'unknown').map(({ one }) => one);
      const list = (found: typeof refused) => ({
        what: 'packages',
        value: found.slice(0, 50).map(({ purl, licenses: stated }) => ({ purl, licenses: stated })),
      });
      if (refused.length > 0) {
        const [{ name, licenses: stated } = { name: '', licenses: [] }] = refused;
        const words = { image: use.image, count: String(refused.length), package: name, license: stated.join(', ') };
        return [failed(reasonOf('license-not-allowed', words), list(refused))];
      }
      if (unread.length === 0) return [passed()];
      const words = {
        image: use.image,
        count: String(unread.length),
        package: unread[0]?.name ?? '',
        license: 'unknown',
      };
      return [unknown(reasonOf('license-not-allowed', words), list(unread))];
    };
  },
  describe: (written) =>
    'allow' in written
      ? {
          en: [`Packages may only be under: ${written.allow.join(', ')}.`],
          de: [`Pakete dürfen nur unter diesen Lizenzen stehen: ${written.allow.join(', ')}.`],
        }
      : {
          en: [`No package may be under: ${written.refuse.join(', ')}.`],
          de: [`Kein Paket darf unter diesen Lizenzen stehen: ${written.refuse.join(', ')}.`],
        },
});

type Matcher = (id: string) => boolean;

function matcherOf(patterns: readonly string[]): Matcher {
  const wanted = patterns.map((pattern) => pattern.toLowerCase());
  return (id) =>
    wanted.some((pattern) =>
      pattern.endsWith('*') ? id.toLowerCase().startsWith(pattern.slice(0, -1)) : id.toLowerCase() === pattern,
    );
}

function negated(matches: Matcher): Matcher {
  return (id) => !matches(id);
}

/** Every statement must be fine; of a list of what is refused, what states nothing is fine. */
function judge(stated: readonly string[], isFine: Matcher, isStrict: boolean): 'fine' | 'refused' | 'unknown' {
  if (stated.length === 0) return isStrict ? 'unknown' : 'fine';
  const judgements = stated.map((text) => judgeOne(text, isFine, isStrict));
  if (judgements.includes('refused')) return 'refused';
  return judgements.includes('unknown') ? 'unknown' : 'fine';
}

function judgeOne(text: string, isFine: Matcher, isStrict: boolean): 'fine' | 'refused' | 'unknown' {
  const expression = parseLicense(text)?.expression;
  // What is not in SPDX's terms is compared as it is.
  if (expression === undefined) return isFine(text) ? 'fine' : isStrict ? 'unknown' : 'refused';
  return holds(expression.replaceAll(/[()]/g, ' $& ').split(/\s+/).filter(Boolean), isFine) ? 'fine' : 'refused';
}

/** Whether one can comply with an expression by licences that are fine: `AND` binds stronger than `OR` (SPDX 2.3, annex D). */
function holds(words: readonly string[], isFine: Matcher): boolean {
  let position = 0;
  const choice = (): boolean => {
    let result = all();
    while (words[position] === 'OR') {
      position++;
      const other = all();
      result ||= other;
    }
    return result;
  };
  const all = (): boolean => {
    let result = one();
    while (words[position] === 'AND') {
      position++;
      const other = one();
      result &&= other;
    }
    return result;
  };
  const one = (): boolean => {
    const word = words[position++] ?? '';
    if (word === '(') {
      const inner = choice();
      position++;
      return inner;
    }
    // An exception gives more rights, never fewer.
    if (words[position] === 'WITH') position += 2;
    return isFine(word);
  };
  return choice();
}
