import { errorsOf } from '#kit/error.ts';

/** What can go wrong before and while something is signed or verified. What is wrong with a signature is no error but a refusal. */
export const signatureErrors = [
  'key-invalid',
  'key-not-found',
  'key-exists',
  'key-unwritable',
  'key-credentials-missing',
  'key-password-missing',
  'key-password-wrong',
  'trust-root-invalid',
  'tuf-anchor-invalid',
  'tuf-metadata-invalid',
  'tuf-threshold-unmet',
  'tuf-version-mismatch',
  'tuf-rollback',
  'tuf-expired',
  'tuf-file-mismatch',
  'tuf-file-too-large',
  'tuf-target-missing',
  'tuf-not-cached',
  'tuf-cache-unwritable',
  'signing-config-invalid',
  'identity-invalid',
  'service-unreachable',
  'service-failed',
  'service-invalid',
  'token-missing',
  'token-invalid',
  'predicate-invalid',
] as const;

export const signatureError = errorsOf(signatureErrors);
