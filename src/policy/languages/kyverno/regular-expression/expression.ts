import { RE2JS } from '@bufbuild/re2';
import { messageOf } from '#kit/error.ts';
import { policyError } from '#policy/errors.ts';
import { findCaptures, type Captures } from './find-captures.ts';

/** A regular expression of RE2, as policies write them; it takes time that grows with the text, whoever wrote it. */
export interface RegularExpression {
  /** Whether some part of the text matches. */
  test(text: string): boolean;
  /** Whether the whole text matches. */
  testWhole(text: string): boolean;
  /** The first match from a position on, as places in the list of characters. */
  find(characters: readonly string[], from: number): Captures | undefined;
  /** Numbers of the groups that have names. */
  readonly groupNames: ReadonlyMap<string, number>;
}

const longestExpression = 4096;
const longestText = 256 << 10;
const mostInstructions = 5000;
const mostKept = 500;
const kept = new Map<string, RegularExpression>();

/** Reads an expression. @throws `expression-failed` for what is none, and for what is too large */
export function regularExpression(written: string): RegularExpression {
  const known = kept.get(written);
  if (known !== undefined) return known;
  const expression = compile(written);
  if (kept.size >= mostKept) kept.clear();
  kept.set(written, expression);
  return expression;
}

function compile(written: string): RegularExpression {
  const shown = written.slice(0, 200);
  if (written.length > longestExpression) {
    throw policyError('expression-failed', `the regular expression is too long: ${shown}…`);
  }
  try {
    const compiled = RE2JS.compile(written);
    const { prog } = compiled.re2();
    if (prog.numInst() > mostInstructions) throw new Error('it is too large');
    return {
      test: (text) => compiled.test(bounded(text)),
      testWhole: (text) => compiled.testExact(bounded(text)),
      find: (characters, from) => findCaptures(prog, characters, from),
      groupNames: compiled.namedGroups(),
    };
  } catch (error) {
    throw policyError('expression-failed', `"${shown}" is no regular expression: ${messageOf(error)}`);
  }
}

function bounded(text: string): string {
  if (text.length > longestText)
    throw policyError('expression-failed', 'the text for a regular expression is too long');
  return text;
}
