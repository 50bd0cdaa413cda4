import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { evaluateConditions } from '#policy/languages/kyverno/conditions/conditions.ts';
import { isMissing } from '#policy/languages/kyverno/jmespath/missing.ts';
import type { Subject } from '#policy/languages/kyverno/match/subject.ts';
import { failed, passed, skipped, unknown, type RuleResult } from '#policy/languages/kyverno/rule-result.ts';
import { elementScope } from '#policy/languages/kyverno/scope/element.ts';
import { readEntries } from '#policy/languages/kyverno/scope/entries/index.ts';
import type { Scope } from '#policy/languages/kyverno/scope/scope.ts';
import type { PodSecurityExclusion } from '#policy/languages/kyverno/pod-security/exclusion.ts';
import { checkPodSecurity } from '#policy/languages/kyverno/pod-security/check.ts';
import { withMessage } from './message.ts';
import { checkAnyPattern, checkPattern } from './pattern.ts';

/**
 * What a `validate` says of a subject. Never fails: what cannot be found out is unknown.
 * @param excluded controls of the Pod Security Standards that an exception takes out
 */
export async function validate(
  written: JsonObject,
  subject: Subject,
  scope: Scope,
  excluded: readonly PodSecurityExclusion[] = [],
): Promise<RuleResult> {
  try {
    return await withMessage(await check(written, subject, scope, excluded), written, scope);
  } catch (error) {
    return unknown(error);
  }
}

async function check(
  written: JsonObject,
  subject: Subject,
  scope: Scope,
  excluded: readonly PodSecurityExclusion[],
): Promise<RuleResult> {
  const podSecurity = asObject(written['podSecurity']);
  if (podSecurity !== undefined) return checkPodSecurity(podSecurity, subject, excluded);
  if (Array.isArray(written['foreach'])) return checkEach(written['foreach'], subject, scope, 0);
  return checkOne(written, subject, scope);
}

async function checkOne(written: JsonObject, { request, object }: Subject, scope: Scope): Promise<RuleResult> {
  const deny = asObject(written['deny']);
  if (deny !== undefined) return checkDeny(deny, scope);
  const element = scope.element;
  if (element === undefined && request.object === undefined) return skipped('there is no object that is to be');
  const target = element ?? object;
  if (written['pattern'] !== undefined) return checkPattern(written['pattern'], target, scope);
  return checkAnyPattern(written['anyPattern'], target, scope);
}

async function checkDeny(deny: JsonObject, scope: Scope): Promise<RuleResult> {
  const { holds, messages } = await evaluateConditions(deny['conditions'], scope);
  if (!holds) return passed;
  const message = messages.length === 0 ? undefined : messages.join('; ');
  return failed('condition-refused', message === undefined ? {} : { path: '', problem: message }, [], message);
}

/** Each element of each list; where none is looked at the rule is about nothing. */
async function checkEach(
  lists: readonly unknown[],
  subject: Subject,
  scope: Scope,
  nesting: number,
): Promise<RuleResult> {
  let applied = 0;
  let problem: unknown;
  for (const one of lists) {
    const written = asObject(one) ?? {};
    const listed = await listOf(written, scope).catch((error: unknown) => {
      problem = error;
      return [];
    });
    for (const [index, value] of listed.entries()) {
      if (value === null || value === undefined) continue;
      const result = await checkElement(written, { value, index, nesting }, subject, scope);
      if (result.outcome === 'failed' || result.outcome === 'unknown') return result;
      if (result.outcome === 'passed') applied++;
    }
  }
  if (problem !== undefined) return unknown(problem);
  return applied === 0 ? skipped('there is nothing in the lists that it is about') : passed;
}

async function listOf(written: JsonObject, scope: Scope): Promise<readonly unknown[]> {
  const list = await scope.query(asText(written['list']) ?? '');
  if (isMissing(list)) return [];
  return Array.isArray(list) ? list : [list];
}

interface Element {
  readonly value: unknown;
  readonly index: number;
  readonly nesting: number;
}

async function checkElement(
  written: JsonObject,
  { value, index, nesting }: Element,
  subject: Subject,
  outer: Scope,
): Promise<RuleResult> {
  const isScoped = written['elementScope'] ?? asObject(value) !== undefined;
  const scope = elementScope(outer, value, index, nesting, isScoped === true).withEntries(
    readEntries(written['context']),
  );
  const preconditions = await evaluateConditions(written['preconditions'], scope);
  if (!preconditions.holds) return skipped('the preconditions of the list do not hold');
  return Array.isArray(written['foreach'])
    ? checkEach(asList(written['foreach']), subject, scope, nesting + 1)
    : checkOne(written, subject, scope);
}
