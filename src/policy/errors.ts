import { errorsOf } from '#kit/error.ts';

/** What can be wrong with a policy, and with what it is to be decided on. */
export const policyErrors = [
  'policy-unreadable',
  'policy-invalid',
  'policy-unsupported',
  'policy-too-large',
  'expression-failed',
  'resource-unavailable',
] as const;

export const policyError = errorsOf(policyErrors);
