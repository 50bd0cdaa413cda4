import type { JsonObject } from '#kit/narrow.ts';
import { changeByRules, pinByRules } from '#policy/languages/kyverno/change.ts';
import { decideRules } from '#policy/languages/kyverno/decide.ts';
import { inquire, withObject } from '#policy/languages/kyverno/inquiry.ts';
import type { KyvernoPolicy } from '#policy/languages/kyverno/policy.ts';
import { passed, unknown } from '#policy/languages/kyverno/rule-result.ts';
import type { GivenValues } from '#policy/languages/kyverno/scope/world.ts';
import type { RuleOutcome } from '#policy/outcome.ts';
import type { Policy } from '#policy/policy.ts';
import type { Question } from '#policy/question.ts';
import type { Surroundings } from '#policy/surroundings.ts';

/** What a policy does and says about an object: its rules that decide and those that change, and the object as it then is. */
export interface Said {
  readonly outcomes: readonly Pick<RuleOutcome, 'rule' | 'outcome' | 'reason'>[];
  readonly object: JsonObject | undefined;
}

/** Asks a policy of Kyverno, with values that are given for its rules. It decides on the object as it has changed it. */
export async function askKyverno(
  policy: KyvernoPolicy,
  question: Question,
  surroundings: Surroundings,
  given: (rule: string) => GivenValues | undefined,
): Promise<Said> {
  const inquiry = await inquire(policy, question, surroundings, given);
  if (inquiry === undefined) return { outcomes: [], object: question.request?.object };
  try {
    const changes = await changeByRules(inquiry);
    const last = changes.at(-1)?.object;
    const changed = last === undefined ? inquiry : withObject(inquiry, last);
    const object = await pinByRules(changed);
    const final = object === undefined ? changed : withObject(changed, object);
    const ofChanges = changes.map(({ rule, outcome }) => ({ rule, outcome, reason: passed.reason }));
    return { outcomes: [...ofChanges, ...(await decideRules(final))], object };
  } catch (error) {
    const { reason } = unknown(error);
    return {
      outcomes: policy.rules.map(({ name }) => ({ rule: name, outcome: 'unknown', reason })),
      object: undefined,
    };
  }
}

/** Asks a policy of any language, whose rules are not told apart. */
export async function askAny(policy: Policy, question: Question, surroundings: Surroundings): Promise<Said> {
  const outcomes = await policy.decide(question, surroundings);
  const before = question.request?.object;
  const object = (await policy.change?.(question, surroundings)) ?? before;
  const changed =
    policy.change === undefined || outcomes.length > 0 ? [] : ([object === before ? 'skipped' : 'passed'] as const);
  return {
    outcomes: [...outcomes, ...changed.map((outcome) => ({ rule: '', outcome, reason: passed.reason }))],
    object,
  };
}
