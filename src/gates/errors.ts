import { errorsOf } from '#kit/error.ts';

/** What can be wrong with what a gate is asked. */
export const gateErrors = ['gate-unusable', 'review-invalid', 'review-too-large'] as const;

export const gateError = errorsOf(gateErrors);
