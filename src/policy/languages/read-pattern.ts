import { expressionPattern, type Pattern } from '#signatures/identity/pattern.ts';
import { invalidField } from './read-strictly.ts';

/** A field that says something exactly, and one beside it that says it by an expression. */
export interface WrittenPattern {
  readonly exact?: string;
  readonly expression?: string;
  /** Of the field that says it exactly. */
  readonly path: string;
  /** What the name of the other field has more. */
  readonly suffix: string;
}

/**
 * Reads what a text must be: exactly one of both fields must be there. An expression must match the whole text.
 * @throws `policy-invalid`
 */
export function readPattern({ exact, expression, path, suffix }: WrittenPattern): Pattern {
  const isExact = exact !== undefined && exact !== '';
  const isExpression = expression !== undefined && expression !== '';
  if (isExact === isExpression) throw invalidField(path, `exactly one of it and ${path}${suffix} must be there`);
  if (isExact) return { written: exact, matches: (text) => text === exact };
  try {
    return expressionPattern(expression ?? '', true);
  } catch {
    throw invalidField(`${path}${suffix}`, 'it is no regular expression, or has what only RE2 knows');
  }
}

/** Whether anyone matches an expression: whoever wrote it should know. */
export function isForAnyone(expression: string | undefined): boolean {
  if (expression === undefined || expression === '') return false;
  try {
    expressionPattern(expression, false);
    return false;
  } catch {
    return true;
  }
}
