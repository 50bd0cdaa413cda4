import { errorsOf } from '#kit/error.ts';

/** What can be wrong with what a user hands us to verify with. What is wrong with a signature is no error but a refusal. */
export const signatureErrors = ['key-invalid', 'trust-root-invalid', 'identity-invalid'] as const;

export const signatureError = errorsOf(signatureErrors);
