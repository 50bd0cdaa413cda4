import { messageOf } from '#kit/error.ts';
import type { JsonObject } from '#kit/narrow.ts';
import type { RuleOutcome } from './outcome.ts';
import type { Policy } from './policy.ts';
import { askAbout, type AdmissionRequest, type Question } from './question.ts';
import { reasonOf } from './reasons/reason.ts';
import type { Surroundings } from './surroundings.ts';
import { verdictOf, type Verdict } from './verdict.ts';

/** Decides by all policies. One that fails is unknown, and keeps no other from deciding. */
export async function decide(
  policies: readonly Policy[],
  question: Question,
  surroundings: Surroundings,
): Promise<Verdict> {
  const outcomes = await Promise.all(
    policies.map((policy) => policy.decide(question, surroundings).catch((error: unknown) => [failed(policy, error)])),
  );
  return verdictOf(outcomes.flat());
}

/** A policy that cannot decide is taken as seriously as it can be: what it would have said is not known. */
function failed({ name }: Policy, error: unknown): RuleOutcome {
  const reason = reasonOf('policy-failed', { problem: messageOf(error) });
  return { policy: name, rule: '', outcome: 'unknown', mode: 'enforce', reason, evidence: [] };
}

/**
 * The object of a question as all policies want it, one after the other, each seeing what those before it have changed.
 * @returns the object of the question itself if none changes it; nothing if there is no object
 * @throws what makes a change impossible
 */
export async function changeObject(
  policies: readonly Policy[],
  question: Question,
  surroundings: Surroundings,
): Promise<JsonObject | undefined> {
  let asked = question;
  for (const policy of policies) {
    if (asked.request === undefined) return undefined;
    const object = await policy.change?.(asked, surroundings);
    if (object !== undefined) asked = askAbout(withObject(asked.request, object), asked.place, asked.imagePaths);
  }
  return asked.request?.object;
}

function withObject(request: AdmissionRequest, object: JsonObject): AdmissionRequest {
  return { ...request, object };
}
