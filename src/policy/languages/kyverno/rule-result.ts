import { BullaError, messageOf } from '#kit/error.ts';
import type { EvidenceItem, JudgedImage, Reason, RuleOutcome } from '#policy/outcome.ts';
import { reasonOf } from '#policy/reasons/reason.ts';

/** What a rule says, of the whole object or of an image. */
export interface RuleResult {
  readonly outcome: RuleOutcome['outcome'];
  readonly reason: Reason;
  readonly evidence: readonly EvidenceItem[];
  readonly image?: JudgedImage;
}

export const passed: RuleResult = { outcome: 'passed', reason: reasonOf('passed'), evidence: [] };

/** The rule is not about this. @param why for those who wonder */
export function skipped(why: string): RuleResult {
  return {
    outcome: 'skipped',
    reason: reasonOf('not-applicable'),
    evidence: [{ what: 'skipped because', value: why }],
  };
}

export function failed(
  code: Reason['code'],
  words: Reason['words'],
  evidence: readonly EvidenceItem[] = [],
  message?: string,
): RuleResult {
  return { outcome: 'failed', reason: reasonOf(code, words, message), evidence };
}

/** What a rule could not find out, by what was thrown. */
export function unknown(error: unknown): RuleResult {
  const code = error instanceof BullaError ? error.code : 'unexpected';
  const isPolicys = code === 'expression-failed' || code.startsWith('policy-') || code === 'unexpected';
  const words = { problem: messageOf(error), code };
  return {
    outcome: 'unknown',
    reason: reasonOf(isPolicys ? 'policy-failed' : 'evidence-unavailable', words),
    evidence: [],
  };
}
