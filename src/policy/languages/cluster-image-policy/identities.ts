import { invalidField } from '#policy/languages/read-strictly.ts';
import type { ExpectedIdentity } from '#signatures/identity/expected-identity.ts';
import { expressionPattern, type Pattern } from '#signatures/identity/pattern.ts';
import type { WrittenIdentity } from './schema.ts';

/**
 * Reads who may have signed with a certificate: for each an issuer and a subject, exactly or by an expression that the whole of it
 * must match.
 * @throws `policy-invalid`
 */
export function readIdentities(written: readonly WrittenIdentity[], path: string): readonly ExpectedIdentity[] {
  if (written.length === 0) throw invalidField(path, 'it must be said who may sign');
  return written.map(({ issuer, issuerRegExp, subject, subjectRegExp }, index) => ({
    issuer: readPattern(issuer, issuerRegExp, `${path}[${index}].issuer`),
    name: readPattern(subject, subjectRegExp, `${path}[${index}].subject`),
    claims: {},
  }));
}

/** The fields of which anyone matches the expression: whoever wrote them should know. */
export function fieldsForAnyone(written: readonly WrittenIdentity[], path: string): readonly string[] {
  return written.flatMap(({ issuerRegExp, subjectRegExp }, index) => [
    ...(isForAnyone(issuerRegExp) ? [`${path}[${index}].issuerRegExp`] : []),
    ...(isForAnyone(subjectRegExp) ? [`${path}[${index}].subjectRegExp`] : []),
  ]);
}

function isForAnyone(expression: string | undefined): boolean {
  if (expression === undefined || expression === '') return false;
  try {
    expressionPattern(expression, false);
    return false;
  } catch {
    return true;
  }
}

function readPattern(exact: string | undefined, expression: string | undefined, path: string): Pattern {
  const isExact = exact !== undefined && exact !== '';
  const isExpression = expression !== undefined && expression !== '';
  if (isExact === isExpression) throw invalidField(path, `exactly one of it and ${path}RegExp must be there`);
  if (isExact) return { written: exact, matches: (text) => text === exact };
  try {
    return expressionPattern(expression ?? '', true);
  } catch {
    throw invalidField(`${path}RegExp`, 'it is no regular expression, or has what only RE2 knows');
  }
}
