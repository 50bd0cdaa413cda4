import type { RuleOutcome } from './outcome.ts';

/** The answer to "may it run here": what each rule says, and what follows. */
export interface Verdict {
  readonly verdict: VerdictName;
  readonly outcomes: readonly RuleOutcome[];
}

/** From the best to the worst. */
export const verdictNames = ['allow', 'warn', 'unknown', 'deny'] as const;
export type VerdictName = (typeof verdictNames)[number];

/**
 * What follows from the outcomes: the worst of them. A failure in a policy that is enforced denies; what an enforced policy could
 * not find out is unknown, which gates treat as a denial; policies that only warn or audit never deny.
 */
export function verdictOf(outcomes: readonly RuleOutcome[]): Verdict {
  const worst = Math.max(0, ...outcomes.map((outcome) => verdictNames.indexOf(verdictOfOne(outcome))));
  return { verdict: verdictNames[worst] ?? 'deny', outcomes };
}

function verdictOfOne({ outcome, mode }: RuleOutcome): VerdictName {
  if (outcome === 'passed' || outcome === 'skipped' || mode === 'audit') return 'allow';
  if (mode === 'warn') return 'warn';
  return outcome === 'failed' ? 'deny' : 'unknown';
}

/** Whether a gate that enforces lets it pass: unknown is never green. */
export function isAllowed({ verdict }: Pick<Verdict, 'verdict'>): boolean {
  return verdict === 'allow' || verdict === 'warn';
}
