import type { JsonObject } from '#kit/narrow.ts';
import type { RuleOutcome } from '#policy/outcome.ts';

/** Outcomes of one line of the log; whoever wants the rest asks again. */
const mostOutcomes = 50;

/** What the log says of outcomes: which rule said what of which bytes, and why. */
export function outcomesForLog(outcomes: readonly RuleOutcome[]): readonly JsonObject[] {
  return outcomes.slice(0, mostOutcomes).map(({ policy, rule, outcome, mode, reason, image }) => ({
    policy,
    rule,
    outcome,
    mode,
    reason: reason.code,
    image: image?.written,
    digest: image?.digest,
  }));
}
