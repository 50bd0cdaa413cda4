import { asText } from '#kit/narrow.ts';
import type { RuleOutcome } from '#policy/outcome.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import { applying, type Exception } from './exception.ts';
import { decideManifest } from './manifests/decide-manifest.ts';
import { notAsked, otherObjects, scopeOf, withObject, type Inquiry } from './inquiry.ts';
import type { Subject } from './match/subject.ts';
import { modeOf } from './mode.ts';
import { skipped, unknown, type RuleResult } from './rule-result.ts';
import type { Rule } from './rule.ts';
import type { Scope } from './scope/scope.ts';
import { withMessage } from './validate/message.ts';
import { validate } from './validate/validate.ts';
import { decideImages } from './verify-images/decide-images.ts';

/** What each rule says. A policy with `applyRules: One` stops at the first that says something. */
export async function decideRules(inquiry: Inquiry): Promise<readonly RuleOutcome[]> {
  const outcomes: RuleOutcome[] = [];
  const stops = inquiry.policy.spec['applyRules'] === 'One';
  for (const rule of inquiry.policy.rules) {
    if (rule.validate === undefined && rule.verifications.length === 0) continue;
    const said = await decideRule(inquiry, rule);
    outcomes.push(...said);
    if (stops && said.some(({ outcome }) => outcome !== 'skipped')) break;
  }
  return outcomes;
}

async function decideRule(inquiry: Inquiry, rule: Rule): Promise<readonly RuleOutcome[]> {
  const { policy, subject, hasObject } = inquiry;
  const overrides = rule.validate?.['failureActionOverrides'];
  const actions = [asText(rule.validate?.['failureAction']), ...rule.verifications.map((one) => one.failureAction)];
  const mode = await modeOf(policy.spec, actions, overrides, subject);
  const say = (result: RuleResult): RuleOutcome => ({ policy: policy.name, rule: rule.name, mode, ...result });
  try {
    if (!hasObject && !isAboutImages(rule))
      return rule.generatedFor !== undefined ? [] : [say(skipped('it is not about images, and there is no object'))];
    const scope = scopeOf(inquiry, rule);
    const reason = await notAsked(inquiry, rule, scope);
    // A rule that only follows from another says nothing of what that is about.
    if (reason === otherObjects && rule.generatedFor !== undefined) return [];
    if (reason !== undefined) return [say(skipped(reason))];
    const exceptions = await applying(policy.exceptions, rule.name, subject, scope);
    const whole = exceptions.find(
      (one) => one.podSecurity.length === 0 || rule.validate?.['podSecurity'] === undefined,
    );
    if (whole !== undefined) return [say(excepted(whole, subject))];
    if (rule.validate !== undefined) return [say(await decideValidate(inquiry, rule, scope, exceptions))];
    return await decideImages(inquiry, rule, scope, mode);
  } catch (error) {
    return [say(unknown(error))];
  }
}

/** Of an image alone only rules can say something that speak of images. */
function isAboutImages({ written, verifications, manifests }: Rule): boolean {
  if (manifests !== undefined) return false;
  return verifications.length > 0 || /\bimages?\b/.test(JSON.stringify(written['validate'] ?? {}));
}

function excepted(exception: Exception, { request, name }: Subject): RuleResult {
  const words = { exception: exception.name, image: `${request.kind.kind}/${name}` };
  const evidence = [{ what: 'exception', value: exception.name }];
  return { outcome: 'skipped', reason: reasonOf('excepted', words), evidence };
}

async function decideValidate(
  inquiry: Inquiry,
  rule: Rule,
  scope: Scope,
  exceptions: readonly Exception[],
): Promise<RuleResult> {
  const { subject, world } = inquiry;
  const written = rule.validate ?? {};
  if (rule.cel !== undefined) {
    if (subject.request.object === undefined) return skipped('there is no object that is to be');
    const result = await rule.cel(subject.request, world.surroundings);
    // What an expression has made of the object is no template.
    return result.reason.message === undefined ? withMessage(result, written, scope) : result;
  }
  if (rule.manifests !== undefined) {
    return withMessage(await decideManifest(rule.manifests, subject, world.surroundings), written, scope);
  }
  const excluded = exceptions.flatMap(({ podSecurity }) => podSecurity);
  const result = await validate(written, subject, scope, excluded);
  if (result.outcome !== 'failed' || written['allowExistingViolations'] !== true) return result;
  return (await violatedBefore(inquiry, rule)) ? skipped('the object was so before, which the rule allows') : result;
}

/** Whether the object already was not as the rule wants it. */
async function violatedBefore(inquiry: Inquiry, rule: Rule): Promise<boolean> {
  const { request } = inquiry.subject;
  if (request.operation !== 'UPDATE' || request.oldObject === undefined) return false;
  const before = withObject(
    {
      ...inquiry,
      question: { ...inquiry.question, request: { ...request, operation: 'CREATE', oldObject: undefined } },
    },
    request.oldObject,
  );
  const scope = scopeOf(before, rule);
  if ((await notAsked(before, rule, scope)) !== undefined) return false;
  return (await validate(rule.validate ?? {}, before.subject, scope)).outcome === 'failed';
}
