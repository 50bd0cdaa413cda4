import { compileConditions } from '#policy/cel/admission/conditions.ts';
import { judge, modeOf, notApplicable, unknownOutcome, type Rules } from '#policy/cel/admission/judge.ts';
import { compileAnnotations, compileValidations } from '#policy/cel/admission/validations.ts';
import { compileVariables } from '#policy/cel/admission/variables.ts';
import { fromJson } from '#policy/cel/json.ts';
import { startRun } from '#policy/cel/run.ts';
import { spoken } from '#policy/description/said.ts';
import { readStrictly } from '#policy/languages/read-strictly.ts';
import type { Policy, PolicyDocument } from '#policy/policy.ts';
import { describeValidating } from './describe.ts';
import { readExceptions, exceptedBy } from './exceptions.ts';
import { excepted } from './excepted.ts';
import { readFrame } from './frame.ts';
import { remarksOf } from './remarks.ts';
import { validatingSchema } from './schema.ts';

/**
 * Makes a policy of a `ValidatingPolicy` or `NamespacedValidatingPolicy`.
 * @throws `policy-invalid`, `policy-unsupported`, with the path of the field
 */
export function compileValidating(document: PolicyDocument, companions: readonly PolicyDocument[]): Policy {
  const written = readStrictly(validatingSchema, document.body);
  const { spec } = written;
  const frame = readFrame(written);
  const variables = compileVariables(spec.variables ?? [], 'spec.variables', frame.environment);
  const rules: Rules = {
    name: frame.name,
    mode: modeOf(spec.validationActions ?? ['Deny']),
    failurePolicy: spec.failurePolicy ?? 'Fail',
    conditions: compileConditions(spec.matchConditions ?? [], 'spec.matchConditions', frame.environment),
    variables,
    validations: compileValidations(spec.validations, 'spec.validations', variables.environment),
    annotations: compileAnnotations(spec.auditAnnotations ?? [], 'spec.auditAnnotations', variables.environment),
  };
  const exceptions = readExceptions(companions, written, frame.environment);
  return {
    name: frame.name,
    language: 'kyverno-cel',
    describe: (language) => spoken(describeValidating(written, exceptions), language),
    remarks: remarksOf(written),
    decide: async (question, surroundings) => {
      try {
        const entered = await frame.enter(question, surroundings);
        if (entered === undefined) return [notApplicable(rules)];
        const { whole, images, values } = await exceptedBy(exceptions, entered.bindings, startRun(surroundings));
        if (whole !== undefined) return [excepted(rules, whole, entered.request)];
        const allowed = () => fromJson({ allowedImages: images, allowedValues: values });
        return await judge(rules, new Map([...entered.bindings, ['exceptions', allowed]]), surroundings);
      } catch (error) {
        return [unknownOutcome(rules, '', error)];
      }
    },
  };
}
