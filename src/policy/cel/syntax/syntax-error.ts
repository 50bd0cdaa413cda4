import { policyError } from '#policy/errors.ts';

/** What is wrong at a place of an expression, with line and column and the place itself shown. */
export function syntaxError(source: string, at: number, problem: string) {
  const before = source.slice(0, at);
  const line = before.split('\n').length;
  const column = at - before.lastIndexOf('\n');
  const near = source.slice(at, at + 30).split('\n', 1)[0] ?? '';
  const place = near === '' ? 'at its end' : `at "${near}"`;
  return policyError(
    'policy-invalid',
    `the expression is wrong in line ${line}, column ${column}, ${place}: ${problem}`,
    {
      hint: 'https://github.com/google/cel-spec/blob/master/doc/langdef.md says how expressions are written',
    },
  );
}
