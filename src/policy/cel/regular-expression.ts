import { RE2JS } from '@bufbuild/re2';
import { messageOf } from '#kit/error.ts';
import { policyError } from '#policy/errors.ts';

const longestPattern = 10_000;
const mostKept = 500;
const kept = new Map<string, RE2JS>();

/**
 * A regular expression in the syntax of RE2, which takes time in proportion to the text. Those that were used last are kept.
 * @throws `expression-failed` for one that is wrong or has more than 10,000 characters
 */
export function regularExpression(pattern: string): RE2JS {
  const known = kept.get(pattern);
  if (known !== undefined) return known;
  if (pattern.length > longestPattern) {
    throw policyError('expression-failed', `a regular expression has more than ${longestPattern} characters`);
  }
  const [oldest] = kept.keys();
  if (kept.size >= mostKept && oldest !== undefined) kept.delete(oldest);
  const made = compile(pattern);
  kept.set(pattern, made);
  return made;
}

/** Steps that it may take to look through a text: at each place all that the expression could be in the midst of. */
export function costOf(expression: RE2JS, text: string): number {
  return 1 + (text.length * expression.re2Input.prog.numInst()) / 50;
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw policyError(
      'expression-failed',
      `the regular expression "${pattern.slice(0, 100)}" is wrong: ${messageOf(error)}`,
    );
  }
}
