import { method, type Library } from '#policy/cel/function.ts';
import { findMatch } from '#policy/cel/regular-expression-find.ts';
import { costOf, regularExpression } from '#policy/cel/regular-expression.ts';
import type { Run } from '#policy/cel/run.ts';
import { int, list, text } from '#policy/cel/type.ts';

/** `find` and `findAll` (Kubernetes, "regex library"), in the syntax of RE2. */
export const regex: Library = {
  name: 'regex',
  functions: [
    method('find', [text, text], text, (value, pattern, run) => findAll(value, pattern, 1n, run)[0] ?? ''),
    method('findAll', [text, text], list(text), (value, pattern, run) => findAll(value, pattern, -1n, run)),
    method('findAll', [text, text, int], list(text), findAll),
  ],
};

function findAll(value: string, pattern: string, count: bigint, run: Run): string[] {
  const expression = regularExpression(pattern);
  const found: string[] = [];
  const most = count < 0n ? Infinity : Number(count);
  for (let from = 0; from <= value.length && found.length < most;) {
    run.spend(costOf(expression, value.slice(from)));
    const match = findMatch(expression, value, from);
    if (match === undefined) break;
    found.push(value.slice(match.start, match.end));
    from = match.end === match.start ? match.end + 1 : match.end;
  }
  run.grow(value.length);
  return found;
}
