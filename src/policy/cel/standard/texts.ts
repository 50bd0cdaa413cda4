import { fn, method, type CelFunction } from '#policy/cel/function.ts';
import { costOf, regularExpression } from '#policy/cel/regular-expression.ts';
import type { Run } from '#policy/cel/run.ts';
import { bool, text } from '#policy/cel/type.ts';

/** `contains`, `startsWith`, `endsWith`, and `matches` as function and method. */
export const texts: readonly CelFunction[] = [
  method('contains', [text, text], bool, (whole, part, run) => {
    run.spend(whole.length / 10);
    return whole.includes(part);
  }),
  method('startsWith', [text, text], bool, (whole, part) => whole.startsWith(part)),
  method('endsWith', [text, text], bool, (whole, part) => whole.endsWith(part)),
  fn('matches', [text, text], bool, matches),
  method('matches', [text, text], bool, matches),
];

function matches(value: string, pattern: string, run: Run): boolean {
  run.spend(pattern.length);
  const expression = regularExpression(pattern);
  run.spend(costOf(expression, value));
  return expression.test(value);
}
