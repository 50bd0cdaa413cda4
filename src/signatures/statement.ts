import { asList, asObject, asText, asTextMap, parseJson } from '#kit/narrow.ts';
import { refuse, type Refusal } from './refusal.ts';
import type { SignedContent } from './signed.ts';

/** An in-toto statement, of version 0.1 or 1: something that is claimed about artifacts. */
export interface Statement {
  readonly predicateType: string;
  readonly subjects: readonly StatementSubject[];
  readonly predicate: unknown;
}

interface StatementSubject {
  readonly name: string;
  /** Hexadecimal digests by algorithm. */
  readonly digests: Readonly<Record<string, string>>;
}

const payloadTypes: readonly string[] = ['application/vnd.in-toto+json'];
/** The version of statements that we write. */
export const statementType = 'https://in-toto.io/Statement/v1';
const statementTypes: readonly string[] = ['https://in-toto.io/Statement/v0.1', statementType];
const mostSubjects = 100_000;

/** Reads the statement in an envelope. The type of the payload is signed, and decides how the payload may be read. */
export function readStatement(content: SignedContent): Statement | Refusal {
  if (content.kind !== 'dsse') return refuse('claim-type', 'it is a bare signature, and states nothing');
  if (!payloadTypes.includes(content.payloadType)) {
    return refuse('claim-type', `the payload is of type "${content.payloadType}", not an in-toto statement`);
  }
  const body = asObject(parseJson(content.payload));
  const predicateType = asText(body?.['predicateType']);
  const subjects = asList(body?.['subject']);
  if (!statementTypes.includes(asText(body?.['_type']) ?? '') || predicateType === undefined) {
    return refuse('claim-invalid', 'the payload is not an in-toto statement');
  }
  if (subjects.length > mostSubjects)
    return refuse('format-too-large', `the statement has ${subjects.length} subjects`);
  return {
    predicateType,
    predicate: body?.['predicate'],
    subjects: subjects.map((one) => {
      const subject = asObject(one);
      return { name: asText(subject?.['name']) ?? '', digests: asTextMap(subject?.['digest']) };
    }),
  };
}
