import { asText, type JsonObject } from '#kit/narrow.ts';
import { spoken } from '#policy/description/said.ts';
import type { Language, Policy, PolicyDocument } from '#policy/policy.ts';
import { changeByRules, pinByRules } from './change.ts';
import { decideRules } from './decide.ts';
import { describePolicy } from './describe.ts';
import { isException } from './exception.ts';
import { inquire, withObject } from './inquiry.ts';
import { readPolicy } from './policy.ts';

/** Kyverno's `ClusterPolicy` and `Policy`. See docs/kyverno.md. */
export const kyverno: Language = {
  name: 'kyverno',
  isPolicy: (body) => isKyvernos(body) && (body['kind'] === 'ClusterPolicy' || body['kind'] === 'Policy'),
  isCompanion: isException,
  compile,
};

function isKyvernos(body: JsonObject): boolean {
  return (asText(body['apiVersion']) ?? '').startsWith('kyverno.io/');
}

function compile(document: PolicyDocument, companions: readonly PolicyDocument[]): Policy {
  const policy = readPolicy(document, companions);
  const decides = policy.rules.some((rule) => rule.validate !== undefined || rule.verifications.length > 0);
  const changes = policy.rules.some((rule) => rule.mutate !== undefined || rule.verifications.length > 0);
  return {
    name: policy.name,
    language: 'kyverno',
    remarks: policy.remarks,
    describe: (language) => spoken(describePolicy(policy, document.body), language),
    decide: async (question, surroundings) => {
      const inquiry = decides ? await inquire(policy, question, surroundings) : undefined;
      return inquiry === undefined ? [] : decideRules(inquiry);
    },
    ...(changes
      ? {
          change: async (question, surroundings) => {
            const object = question.request?.object;
            const inquiry = object === undefined ? undefined : await inquire(policy, question, surroundings);
            if (inquiry === undefined) return object;
            const changed = (await changeByRules(inquiry)).at(-1)?.object;
            return pinByRules(changed === undefined ? inquiry : withObject(inquiry, changed));
          },
        }
      : {}),
  };
}
