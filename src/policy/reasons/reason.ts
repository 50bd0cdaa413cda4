import type { Reason } from '#policy/outcome.ts';

/** Why a rule says what it says. Stable: scripts and auditors match them; a test compares each catalogue with the list. */
export const reasonCodes = [
  // The image itself.
  'passed',
  'not-applicable',
  'reference-invalid',
  'image-unavailable',
  'not-pinned',
  'registry-not-allowed',
  'base-image-not-allowed',
  'image-too-old',
  'age-unknown',
  'configuration-refused',
  // Who vouches for it.
  'unsigned',
  'signature-refused',
  'signers-too-few',
  'attestation-missing',
  'attestation-refused',
  'provenance-missing',
  'provenance-refused',
  'evidence-unavailable',
  // What is in it.
  'vulnerability-blocked',
  'vulnerability-overdue',
  'vulnerability-due',
  'vulnerability-undetermined',
  'malware-found',
  'secret-found',
  'license-not-allowed',
  'scan-incomplete',
  'scan-too-old',
  // The object.
  'manifest-unread',
  'manifest-unsigned',
  'manifest-refused',
  'manifest-changed',
  'pattern-mismatch',
  'condition-refused',
  'expression-false',
  // The policy.
  'excepted',
  'policy-failed',
  'policy-unsupported',
  'no-policy',
] as const;
export type ReasonCode = (typeof reasonCodes)[number];

/** A reason. @param words what its sentence names: see `reasons/en.ts` */
export function reasonOf(code: ReasonCode, words: Readonly<Record<string, string>> = {}, message?: string): Reason {
  return { code, words, message };
}
