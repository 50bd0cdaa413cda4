import { policyError } from '#policy/errors.ts';
import { regularExpression, type RegularExpression } from '#policy/languages/kyverno/regular-expression/expression.ts';
import type { Budget } from '#policy/languages/kyverno/jmespath/budget.ts';
import { define, text, textOrNumber, type JmesFunction } from './define.ts';

/** Functions of regular expressions, which are RE2's. */
export const regex: Readonly<Record<string, JmesFunction>> = {
  regex_match: define([text, textOrNumber], ([expression, value]) => regularExpression(expression).test(value)),
  regex_replace_all: define([text, textOrNumber, textOrNumber], ([written, value, by], { budget }) => {
    const expression = regularExpression(written);
    return replaceAll(expression, value, budget, (groupAt) => expand(by, expression, groupAt));
  }),
  regex_replace_all_literal: define([text, textOrNumber, textOrNumber], ([written, value, by], { budget }) =>
    replaceAll(regularExpression(written), value, budget, () => by),
  ),
};

type GroupAt = (index: number) => string;

const longestText = 64 << 10;

function replaceAll(
  expression: RegularExpression,
  value: string,
  budget: Budget,
  replacement: (groupAt: GroupAt) => string,
): string {
  if (value.length > longestText) throw policyError('expression-failed', 'the text to replace in is too long');
  const characters = Array.from(value);
  const pieces: string[] = [];
  let kept = 0;
  let lastEnd = -1;
  for (let from = 0; from <= characters.length;) {
    budget.step();
    const captures = expression.find(characters, from);
    if (captures === undefined) break;
    const [start = 0, end = 0] = captures;
    // An empty match right after the one before is none.
    if (end !== start || start !== lastEnd) {
      const groupAt: GroupAt = (index) => {
        const begin = captures[2 * index] ?? -1;
        return begin < 0 ? '' : characters.slice(begin, captures[2 * index + 1]).join('');
      };
      const made = replacement(groupAt);
      budget.take(made.length);
      pieces.push(characters.slice(kept, start).join(''), made);
      kept = end;
      lastEnd = end;
    }
    from = end > start ? end : end + 1;
  }
  return pieces.join('') + characters.slice(kept).join('');
}

/** `$1`, `$name`, `${name}`, `$$` (Go, `Regexp.Expand`); a group that is not there is empty. */
function expand(template: string, { groupNames }: RegularExpression, groupAt: GroupAt): string {
  return template.replaceAll(/\$(?:\$|\{(\w+)\}|(\w+))/g, (_all, braced?: string, plain?: string) => {
    const name = braced ?? plain;
    if (name === undefined) return '$';
    const index = /^\d{1,4}$/.test(name) ? Number(name) : groupNames.get(name);
    return index === undefined ? '' : groupAt(index);
  });
}
