import { compile } from '@jmespath-community/jmespath';
import { messageOf } from '#kit/error.ts';
import { policyError } from '#policy/errors.ts';
import { openQuote } from './open-quote.ts';

/** An expression of JMESPath that was read. */
export type Expression = ReturnType<typeof compile>;

const longest = 64 << 10;
const deepest = 200;
const mostKept = 2000;
const longestKept = 1000;
const kept = new Map<string, Expression>();

/** Reads an expression. @throws `expression-failed` for what is none */
export function readExpression(text: string): Expression {
  const known = kept.get(text);
  if (known !== undefined) return known;
  const expression = parse(text);
  // What is long has values of objects in it, and is not asked again.
  if (text.length > longestKept) return expression;
  if (kept.size >= mostKept) kept.clear();
  kept.set(text, expression);
  return expression;
}

function parse(text: string): Expression {
  const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  if (text.length > longest || nesting(text) > deepest) {
    throw policyError('expression-failed', `the expression is too long or too deep: ${shown}`);
  }
  // The parser takes the end for the quote that is missing.
  if (openQuote(text) !== undefined) throw policyError('expression-failed', `a quote is not closed: ${shown}`);
  try {
    return compile(text);
  } catch (error) {
    throw policyError('expression-failed', `"${shown}" is no JMESPath: ${messageOf(error)}`);
  }
}

/** More than the depth that the parser can reach, which calls itself for each. */
function nesting(text: string): number {
  let count = 0;
  for (const character of text) if ('([{!&|.-+*/%?<>='.includes(character)) count++;
  return count / 10;
}

/** The names of fields and functions that an expression mentions. */
export function namesIn(expression: Expression): { readonly fields: Set<string>; readonly functions: Set<string> } {
  const fields = new Set<string>();
  const functions = new Set<string>();
  const waiting: unknown[] = [expression];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (typeof node !== 'object' || node === null) continue;
    // The parsed edge: nodes of the syntax tree have a type and, where they name something, a name.
    const { type, name } = node as { readonly type?: unknown; readonly name?: unknown };
    if (type === 'Literal') continue;
    if (type === 'Field' && typeof name === 'string') fields.add(name);
    if (type === 'Function' && typeof name === 'string') functions.add(name);
    waiting.push(...Object.values(node).filter((inner) => typeof inner === 'object' && inner !== null));
  }
  return { fields, functions };
}
