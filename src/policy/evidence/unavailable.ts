import { BullaError, messageOf } from '#kit/error.ts';
import type { RuleOutcome } from '#policy/outcome.ts';
import { reasonOf } from '#policy/reasons/reason.ts';

const gone: readonly string[] = ['registry-not-found', 'platform-not-found'];

/** What it means for a rule that evidence could not be had: it is not known, and neither passed nor failed. */
export function unavailable(
  error: unknown,
): Pick<RuleOutcome, 'reason' | 'evidence'> & { readonly outcome: 'unknown' } {
  const code = error instanceof BullaError ? error.code : 'unexpected';
  const hint = error instanceof BullaError ? (error.hint ?? '') : '';
  const words = { problem: messageOf(error), code, hint };
  return {
    outcome: 'unknown',
    reason: reasonOf(gone.includes(code) ? 'image-unavailable' : 'evidence-unavailable', words),
    evidence: [],
  };
}
