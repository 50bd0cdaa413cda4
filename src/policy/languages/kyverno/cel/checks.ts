import { compileConditions, checkConditions, type Conditions } from '#policy/cel/admission/conditions.ts';
import type { WrittenConditions } from '#policy/cel/admission/schema.ts';
import { admissionVariables, bindSituation } from '#policy/cel/admission/situation.ts';
import {
  annotate,
  checkValidation,
  compileAnnotations,
  compileValidations,
} from '#policy/cel/admission/validations.ts';
import { compileVariables } from '#policy/cel/admission/variables.ts';
import { fromJson } from '#policy/cel/json.ts';
import { kubernetesLibraries } from '#policy/cel/libraries/index.ts';
import { startRun } from '#policy/cel/run.ts';
import { dyn } from '#policy/cel/type.ts';
import type { WrittenCel } from '#policy/languages/kyverno/schema/policy.ts';
import { failed, passed, skipped, type RuleResult } from '#policy/languages/kyverno/rule-result.ts';
import { invalidField } from '#policy/languages/read-strictly.ts';
import { paramsOf } from '#policy/languages/validating-admission-policy/params.ts';
import type { AdmissionRequest } from '#policy/question.ts';
import type { Surroundings } from '#policy/surroundings.ts';

/** What `validate.cel` demands of a request. @throws `expression-failed`, `resource-unavailable` */
export type CelChecks = (request: AdmissionRequest, surroundings: Surroundings) => Promise<RuleResult>;

/** Compiles what `validate.cel` says. @throws `policy-invalid`, `policy-unsupported` */
export function readCelChecks(written: WrittenCel, path: string): CelChecks {
  const { expressions = [], variables = [], auditAnnotations = [], paramKind, paramRef } = written;
  if (expressions.length === 0) throw invalidField(`${path}.expressions`, 'there are none');
  if (paramRef !== undefined && paramKind === undefined)
    throw invalidField(`${path}.paramRef`, 'there is no paramKind');
  const known = compileVariables(variables, `${path}.variables`, {
    variables: new Map([...admissionVariables, ...(paramKind === undefined ? [] : [['params', dyn] as const])]),
    libraries: kubernetesLibraries,
  });
  const checks = compileValidations(expressions, `${path}.expressions`, known.environment);
  const annotations = compileAnnotations(auditAnnotations, `${path}.auditAnnotations`, known.environment);
  return async (request, surroundings) => {
    const situation = bindSituation({ request }, surroundings);
    const params = paramKind === undefined ? [null] : await paramsOf(paramKind, paramRef, request, surroundings);
    for (const one of params) {
      const run = startRun(surroundings);
      const bindings = known.bind(new Map([...situation, ['params', () => fromJson(one)]]));
      const evidence = await annotate(annotations, bindings, run);
      for (const check of checks) {
        const result = await checkValidation(check, bindings, run);
        if ('problem' in result) throw result.problem;
        const words = { expression: check.expression.source, name: check.name };
        if (!result.holds) return failed('expression-false', words, evidence, result.message);
      }
    }
    return params.length === 0 ? skipped('there are no parameters') : passed;
  };
}

/** Whether conditions in CEL hold. @throws `expression-failed`, `resource-unavailable` */
export type CelConditions = (request: AdmissionRequest, surroundings: Surroundings) => Promise<boolean>;

/** Compiles conditions without which a rule or a policy is not asked. @throws `policy-invalid`, `policy-unsupported` */
export function readCelConditions(written: WrittenConditions | undefined, path: string): CelConditions {
  const environment = { variables: admissionVariables, libraries: kubernetesLibraries };
  const conditions: Conditions = compileConditions(written ?? [], path, environment);
  return async (request, surroundings) => {
    if (conditions.length === 0) return true;
    const situation = bindSituation({ request }, surroundings);
    const result = await checkConditions(conditions, situation, startRun(surroundings));
    if ('problem' in result) throw result.problem;
    return result.holds;
  };
}
