import { BullaError, messageOf } from '#kit/error.ts';
import type { Bindings } from '#policy/cel/compile/compile.ts';
import { startRun } from '#policy/cel/run.ts';
import { unavailable } from '#policy/evidence/unavailable.ts';
import type { Mode, Reason, RuleOutcome } from '#policy/outcome.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { checkConditions, type Conditions } from './conditions.ts';
import type { FailurePolicy, ValidationActions } from './schema.ts';
import { annotate, checkValidation, type Annotations, type Validation, type ValidationResult } from './validations.ts';
import type { Variables } from './variables.ts';

/** A policy whose rules are expressions, as compiled. */
export interface Rules {
  readonly name: string;
  readonly mode: Mode;
  readonly failurePolicy: FailurePolicy;
  readonly conditions: Conditions;
  readonly variables: Variables;
  readonly validations: readonly Validation[];
  readonly annotations: Annotations;
}

/**
 * Judges by a policy of expressions: an outcome for each of its validations. Never fails: what has no answer is unknown, and with
 * `failurePolicy: Ignore` only warned of.
 */
export async function judge(
  rules: Rules,
  bindings: Bindings,
  surroundings: Surroundings,
): Promise<readonly RuleOutcome[]> {
  const { conditions, variables, validations, annotations } = rules;
  const run = startRun(surroundings);
  const matched = await checkConditions(conditions, bindings, run);
  if ('problem' in matched) return [unknownOutcome(rules, `matchConditions.${matched.name}`, matched.problem)];
  if (!matched.holds) return [notApplicable(rules)];
  const all = variables.bind(bindings);
  const outcomes: RuleOutcome[] = [];
  for (const validation of validations) {
    outcomes.push(outcomeOf(rules, validation, await checkValidation(validation, all, run)));
  }
  const evidence = await annotate(annotations, all, run);
  return outcomes.map((outcome) => ({ ...outcome, evidence: [...outcome.evidence, ...evidence] }));
}

/** How seriously failures are meant: the most serious of the actions. */
export function modeOf(actions: ValidationActions): Mode {
  if (actions.includes('Deny')) return 'enforce';
  return actions.includes('Warn') ? 'warn' : 'audit';
}

/** What a policy says where it does not apply. */
export function notApplicable({ name, mode }: Pick<Rules, 'name' | 'mode'>): RuleOutcome {
  return { policy: name, rule: '', outcome: 'skipped', mode, reason: reasonOf('not-applicable'), evidence: [] };
}

/** What a policy says that could not be evaluated. */
export function unknownOutcome(
  { name, mode, failurePolicy }: Pick<Rules, 'name' | 'mode' | 'failurePolicy'>,
  rule: string,
  problem: unknown,
): RuleOutcome {
  const meant = failurePolicy === 'Ignore' && mode === 'enforce' ? 'warn' : mode;
  return { policy: name, rule, outcome: 'unknown', mode: meant, reason: reasonFor(problem), evidence: [] };
}

/** What an expression has no answer for is its own fault; what could not be had is not. */
function reasonFor(problem: unknown): Reason {
  const isOwn = !(problem instanceof BullaError) || problem.code === 'expression-failed';
  return isOwn ? reasonOf('policy-failed', { problem: messageOf(problem) }) : unavailable(problem).reason;
}

/** What a policy says by one of its validations. */
export function outcomeOf(
  rules: Pick<Rules, 'name' | 'mode' | 'failurePolicy'>,
  { name, expression }: Validation,
  result: ValidationResult,
): RuleOutcome {
  if ('problem' in result) return unknownOutcome(rules, name, result.problem);
  const { name: policy, mode } = rules;
  const said = (outcome: 'passed' | 'failed', reason: Reason): RuleOutcome => ({
    policy,
    rule: name,
    outcome,
    mode,
    reason,
    evidence: [],
  });
  if (result.holds) return said('passed', reasonOf('passed'));
  const written = expression.source.replaceAll(/\s+/g, ' ').trim().slice(0, longestShown);
  return said('failed', reasonOf('expression-false', { expression: written }, result.message));
}

/** The expression is shown as a reader can take it in. */
const longestShown = 500;
