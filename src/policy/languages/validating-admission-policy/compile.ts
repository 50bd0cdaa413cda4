import { compileConditions } from '#policy/cel/admission/conditions.ts';
import { judge, modeOf, notApplicable, unknownOutcome, type Rules } from '#policy/cel/admission/judge.ts';
import { isMatched } from '#policy/cel/admission/match.ts';
import { admissionVariables, bindSituation } from '#policy/cel/admission/situation.ts';
import { compileAnnotations, compileValidations } from '#policy/cel/admission/validations.ts';
import { compileVariables } from '#policy/cel/admission/variables.ts';
import { fromJson } from '#policy/cel/json.ts';
import { kubernetesLibraries } from '#policy/cel/libraries/index.ts';
import { dyn } from '#policy/cel/type.ts';
import { spoken } from '#policy/description/said.ts';
import type { Said } from '#policy/description/said.ts';
import { invalidField, readStrictly } from '#policy/languages/read-strictly.ts';
import type { RuleOutcome } from '#policy/outcome.ts';
import type { Policy, PolicyDocument } from '#policy/policy.ts';
import type { Question } from '#policy/question.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { describePolicy } from './describe.ts';
import { paramsOf } from './params.ts';
import { bindingSchema, policySchema, type WrittenBinding, type WrittenPolicy } from './schema.ts';

/**
 * Makes a policy of a `ValidatingAdmissionPolicy`, with the bindings that were loaded with it.
 * @throws `policy-invalid`, `policy-unsupported`, with the path of the field
 */
export function compileValidatingAdmissionPolicy(
  document: PolicyDocument,
  companions: readonly PolicyDocument[],
): Policy {
  const written = readStrictly(policySchema, document.body);
  const { name } = written.metadata;
  const bindings = companions
    .map(({ body }) => readStrictly(bindingSchema, body))
    .filter(({ spec }) => spec.policyName === name);
  for (const binding of bindings) checkBinding(binding, written);
  const rules = compileRules(written);
  const bound = bindings.length === 0 ? [everywhere(name)] : bindings;
  return {
    name,
    language: 'validating-admission-policy',
    remarks: remarksOf(written, bindings),
    describe: (language) => spoken(describePolicy(written, bindings), language),
    decide: async (question, surroundings) => {
      const outcomes = await Promise.all(
        bound.map((binding) => decideBound(written, binding, rules, question, surroundings)),
      );
      return outcomes.flat();
    },
  };
}

/** What a policy without a binding is judged by: whoever asks about it wants to know what it would say. */
function everywhere(policyName: string): WrittenBinding {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: policyName },
    spec: { policyName, validationActions: ['Deny'] },
  };
}

function remarksOf({ spec }: WrittenPolicy, bindings: readonly WrittenBinding[]): readonly Said[] {
  const remarks: Said[] = [];
  if (bindings.length === 0) {
    remarks.push({
      en: 'no ValidatingAdmissionPolicyBinding binds it: it is judged as if one with Deny bound it everywhere, and in a cluster it is not in force',
      de: 'keine ValidatingAdmissionPolicyBinding bindet sie: sie wird beurteilt, als bände eine mit Deny sie überall, und im Cluster gilt sie nicht',
    });
  }
  const resources = (spec.matchConstraints.resourceRules ?? []).flatMap((rule) => rule.resources);
  if (
    resources.includes('pods') &&
    !resources.some((one) => ['pods/ephemeralcontainers', 'pods/*', '*/*'].includes(one))
  ) {
    remarks.push({
      en: 'it is not about pods/ephemeralcontainers, by which containers are added to a running pod',
      de: 'sie betrifft nicht pods/ephemeralcontainers, womit laufenden Pods Container hinzugefügt werden',
    });
  }
  return remarks;
}

function checkBinding({ metadata, spec }: WrittenBinding, policy: WrittenPolicy): void {
  const { paramRef, validationActions } = spec;
  const place = `ValidatingAdmissionPolicyBinding ${metadata.name}: spec`;
  if (validationActions.includes('Deny') && validationActions.includes('Warn')) {
    throw invalidField(`${place}.validationActions`, 'Deny and Warn exclude each other');
  }
  if (paramRef === undefined) return;
  if (policy.spec.paramKind === undefined) throw invalidField(`${place}.paramRef`, 'the policy has no paramKind');
  if ((paramRef.name === undefined) === (paramRef.selector === undefined)) {
    throw invalidField(`${place}.paramRef`, 'exactly one of name and selector must be there');
  }
}

/** What is the same for all bindings. */
type Compiled = Omit<Rules, 'mode'>;

function compileRules({ metadata, spec }: WrittenPolicy): Compiled {
  const { validations = [], auditAnnotations = [], paramKind } = spec;
  if (validations.length + auditAnnotations.length === 0) throw invalidField('spec.validations', 'there are none');
  const given = {
    variables: new Map([...admissionVariables, ...(paramKind === undefined ? [] : [['params', dyn] as const])]),
    libraries: kubernetesLibraries,
  };
  const variables = compileVariables(spec.variables ?? [], 'spec.variables', given);
  return {
    name: metadata.name,
    failurePolicy: spec.failurePolicy ?? 'Fail',
    conditions: compileConditions(spec.matchConditions ?? [], 'spec.matchConditions', given),
    variables,
    validations: compileValidations(validations, 'spec.validations', variables.environment),
    annotations: compileAnnotations(auditAnnotations, 'spec.auditAnnotations', variables.environment),
  };
}

async function decideBound(
  { spec }: WrittenPolicy,
  binding: WrittenBinding,
  compiled: Compiled,
  { request }: Question,
  surroundings: Surroundings,
): Promise<readonly RuleOutcome[]> {
  const rules: Rules = { ...compiled, mode: modeOf(binding.spec.validationActions) };
  if (request === undefined) return [notApplicable(rules)];
  try {
    const isAbout = await isMatched(spec.matchConstraints, request, request, surroundings);
    const { matchResources = {} } = binding.spec;
    if (!isAbout || !(await isMatched(matchResources, request, request, surroundings))) return [notApplicable(rules)];
    const situation = bindSituation({ request }, surroundings);
    if (spec.paramKind === undefined) return await judge(rules, situation, surroundings);
    const params = await paramsOf(spec.paramKind, binding.spec.paramRef, request, surroundings);
    if (params.length === 0) return [notApplicable(rules)];
    const outcomes = await Promise.all(
      params.map((one) => judge(rules, new Map([...situation, ['params', () => fromJson(one)]]), surroundings)),
    );
    return outcomes.flat();
  } catch (error) {
    return [unknownOutcome(rules, '', error)];
  }
}
