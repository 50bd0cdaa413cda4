import { isForAnyone, readPattern } from '#policy/languages/read-pattern.ts';
import { invalidField } from '#policy/languages/read-strictly.ts';
import type { ExpectedIdentity } from '#signatures/identity/expected-identity.ts';
import type { WrittenIdentity } from './schema.ts';

const suffix = 'RegExp';

/**
 * Reads who may have signed with a certificate: for each an issuer and a subject.
 * @throws `policy-invalid`
 */
export function readIdentities(written: readonly WrittenIdentity[], path: string): readonly ExpectedIdentity[] {
  if (written.length === 0) throw invalidField(path, 'it must be said who may sign');
  return written.map(({ issuer, issuerRegExp, subject, subjectRegExp }, index) => ({
    issuer: readPattern({ exact: issuer, expression: issuerRegExp, path: `${path}[${index}].issuer`, suffix }),
    name: readPattern({ exact: subject, expression: subjectRegExp, path: `${path}[${index}].subject`, suffix }),
    claims: {},
  }));
}

/** The fields of which anyone matches the expression. */
export function fieldsForAnyone(written: readonly WrittenIdentity[], path: string): readonly string[] {
  return written.flatMap(({ issuerRegExp, subjectRegExp }, index) => [
    ...(isForAnyone(issuerRegExp) ? [`${path}[${index}].issuerRegExp`] : []),
    ...(isForAnyone(subjectRegExp) ? [`${path}[${index}].subjectRegExp`] : []),
  ]);
}
