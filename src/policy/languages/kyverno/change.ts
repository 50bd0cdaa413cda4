import { asObject, type JsonObject } from '#kit/narrow.ts';
import type { ImageUse } from '#policy/question.ts';
import { stepInto, stepsOf } from '#policy/workloads/pointer.ts';
import { isSame } from './values/same.ts';
import { applying } from './exception.ts';
import { imagesOf } from './images/extract.ts';
import { pinMeant } from './images/pin.ts';
import { notAsked, otherObjects, scopeOf, withObject, type Inquiry } from './inquiry.ts';
import { modeOf } from './mode.ts';
import { mutate } from './mutate/mutate.ts';
import type { Rule } from './rule.ts';

/** What a rule has done to an object. */
export interface RuleChange {
  readonly rule: string;
  readonly outcome: 'passed' | 'skipped';
  readonly object: JsonObject;
}

/**
 * Changes the object of a question as the rules want it, one after the other, each seeing what those before it have changed.
 * @throws what makes it impossible
 */
export async function changeByRules(inquiry: Inquiry): Promise<readonly RuleChange[]> {
  const changes: RuleChange[] = [];
  const stops = inquiry.policy.spec['applyRules'] === 'One';
  let current = inquiry;
  for (const rule of inquiry.policy.rules.filter((one) => one.mutate !== undefined)) {
    const before = current.subject.request.object;
    const object = before === undefined ? undefined : await changeByRule(current, rule, before);
    if (object === undefined || before === undefined) continue;
    const isChanged = !isSame(object, before);
    const outcome = isChanged ? 'passed' : 'skipped';
    changes.push({ rule: rule.name, outcome, object: isChanged ? object : before });
    if (isChanged) current = withObject(current, object);
    if (stops && isChanged) break;
  }
  return changes;
}

/** Nothing for a rule that is about other objects. */
async function changeByRule(inquiry: Inquiry, rule: Rule, object: JsonObject): Promise<JsonObject | undefined> {
  const scope = scopeOf(inquiry, rule);
  const reason = await notAsked(inquiry, rule, scope);
  if (reason !== undefined) return reason === otherObjects ? undefined : object;
  const exceptions = await applying(inquiry.policy.exceptions, rule.name, inquiry.subject, scope);
  if (exceptions.length > 0) return object;
  return mutate(rule.mutate ?? {}, object, (changed) => scopeOf(withObject(inquiry, changed), rule));
}

/** The object with digests where enforced rules want them: one that is only audited changes nothing. @throws `registry-…` */
export async function pinByRules(inquiry: Inquiry): Promise<JsonObject | undefined> {
  const { policy, subject } = inquiry;
  let current = inquiry;
  for (const rule of policy.rules.filter(({ verifications }) => verifications.length > 0)) {
    const actions = rule.verifications.map(({ failureAction }) => failureAction);
    if ((await modeOf(policy.spec, actions, undefined, subject)) !== 'enforce') continue;
    const scope = scopeOf(current, rule);
    if ((await notAsked(current, rule, scope)) !== undefined) continue;
    if ((await applying(policy.exceptions, rule.name, current.subject, scope)).length > 0) continue;
    const images = imagesOf(current.question, asObject(rule.written['imageExtractors']), current.world);
    const readable = images.flatMap((image) =>
      'problem' in image || isMade(image.use, current.subject.request.object) ? [] : [image],
    );
    const object = await pinMeant(current.question, readable, rule.verifications, current.world.surroundings);
    if (object !== undefined && object !== current.subject.request.object) current = withObject(current, object);
  }
  return current.subject.request.object;
}

/** Whether an expression has made the image of what is written: then a digest cannot be written behind it. */
function isMade({ image, pointer = '' }: ImageUse, object: unknown): boolean {
  return (stepsOf(pointer) ?? []).reduce<unknown>(stepInto, object) !== image;
}
