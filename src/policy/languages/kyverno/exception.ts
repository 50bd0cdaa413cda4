import { asList, asObject, asText, asTexts, type JsonObject } from '#kit/narrow.ts';
import { readStrictly } from '#policy/languages/read-strictly.ts';
import type { PolicyDocument } from '#policy/policy.ts';
import { checkMatch } from './check-choices.ts';
import { evaluateConditions } from './conditions/conditions.ts';
import { fits } from './match/matches.ts';
import type { Subject } from './match/subject.ts';
import { readExclusions, type PodSecurityExclusion } from './pod-security/exclusion.ts';
import { exceptionSchema } from './schema/exception.ts';
import type { Scope } from './scope/scope.ts';
import { isLike } from './values/wildcard.ts';

/** An object for which rules do not count. */
export interface Exception {
  readonly name: string;
  /** Which rules of the policy, with wildcards. */
  readonly rules: readonly string[];
  readonly match: JsonObject;
  readonly conditions: unknown;
  /** Which controls alone do not count, for rules of Pod Security Standards. */
  readonly podSecurity: readonly PodSecurityExclusion[];
}

/** Whether a document is an exception of these policies. */
export function isException(body: JsonObject): boolean {
  return body['kind'] === 'PolicyException' && (asText(body['apiVersion']) ?? '').startsWith('kyverno.io/');
}

/**
 * The exceptions of a policy. @param policy its name, with its namespace before it if it has one
 * @throws `policy-invalid` with the path of the field, for every exception, whatever policy it is about
 */
export function exceptionsOf(policy: string, companions: readonly PolicyDocument[]): readonly Exception[] {
  return companions
    .filter(({ body }) => isException(body))
    .flatMap(({ body }) => {
      readStrictly(exceptionSchema, body);
      const { namespace, name } = asObject(body['metadata']) ?? {};
      const spec = asObject(body['spec']) ?? {};
      const rules = asList(spec['exceptions']).flatMap((one) => {
        const { policyName, ruleNames } = asObject(one) ?? {};
        return policyName === policy ? asTexts(ruleNames) : [];
      });
      const match = asObject(spec['match']) ?? {};
      checkMatch(match, 'spec.match');
      if (rules.length === 0) return [];
      return {
        name: [asText(namespace), asText(name)].filter((part) => part !== undefined).join('/'),
        rules,
        match,
        conditions: spec['conditions'],
        podSecurity: readExclusions(spec['podSecurity']),
      };
    });
}

/** The exceptions that apply to a rule and an object. One of which that cannot be found out does not. */
export async function applying(
  exceptions: readonly Exception[],
  rule: string,
  subject: Subject,
  scope: Scope,
): Promise<readonly Exception[]> {
  const found: Exception[] = [];
  for (const exception of exceptions) {
    if (!exception.rules.some((name) => isLike(name, rule))) continue;
    const applies = async () =>
      (await fits(exception.match, subject)) && (await evaluateConditions(exception.conditions, scope)).holds;
    if (await applies().catch(() => false)) found.push(exception);
  }
  return found;
}
