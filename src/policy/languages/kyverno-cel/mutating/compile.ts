import type { JsonObject } from '#kit/narrow.ts';
import { asObject } from '#kit/narrow.ts';
import { checkConditions, compileConditions } from '#policy/cel/admission/conditions.ts';
import { inNamespace } from '#policy/cel/admission/in-namespace.ts';
import { notApplicable, unknownOutcome } from '#policy/cel/admission/judge.ts';
import { annotate, compileAnnotations } from '#policy/cel/admission/validations.ts';
import { compileVariables } from '#policy/cel/admission/variables.ts';
import { fromJson } from '#policy/cel/json.ts';
import { startRun } from '#policy/cel/run.ts';
import { spoken } from '#policy/description/said.ts';
import type { Said } from '#policy/description/said.ts';
import { describeMutating } from '#policy/languages/kyverno-cel/describe.ts';
import { excepted } from '#policy/languages/kyverno-cel/excepted.ts';
import { exceptedBy, readExceptions } from '#policy/languages/kyverno-cel/exceptions.ts';
import { readFrame } from '#policy/languages/kyverno-cel/frame.ts';
import { remarksOf } from '#policy/languages/kyverno-cel/remarks.ts';
import { mutatingSchema } from '#policy/languages/kyverno-cel/schema.ts';
import { readStrictly, unsupportedField } from '#policy/languages/read-strictly.ts';
import type { EvidenceItem } from '#policy/outcome.ts';
import type { Policy, PolicyDocument } from '#policy/policy.ts';
import type { Question } from '#policy/question.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { compileMutations } from './mutations.ts';

/**
 * Makes a policy of a `MutatingPolicy` or `NamespacedMutatingPolicy`: it changes objects that are made or changed. Objects that there
 * are already are not touched.
 * @throws `policy-invalid`, `policy-unsupported`, with the path of the field
 */
export function compileMutating(document: PolicyDocument, companions: readonly PolicyDocument[]): Policy {
  const written = readStrictly(mutatingSchema, document.body);
  const { spec } = written;
  if (spec.targetMatchConstraints !== undefined) {
    throw unsupportedField(
      'spec.targetMatchConstraints',
      'other objects than that of the request are not changed',
      'leave it to Kyverno',
    );
  }
  const frame = readFrame(written);
  const variables = compileVariables(spec.variables ?? [], 'spec.variables', frame.environment);
  const { environment } = variables;
  const conditions = compileConditions(spec.matchConditions ?? [], 'spec.matchConditions', environment);
  const annotations = compileAnnotations(spec.auditAnnotations ?? [], 'spec.auditAnnotations', environment);
  const mutations = compileMutations(spec.mutations, 'spec.mutations', environment);
  const exceptions = readExceptions(companions, written, frame.environment);
  const failurePolicy = spec.failurePolicy ?? 'Fail';
  const rules = { name: frame.name, mode: 'enforce', failurePolicy } as const;

  /** The new object, or why there is none. */
  async function mutate(question: Question, surroundings: Surroundings): Promise<Mutated> {
    const entered = await frame.enter(question, surroundings);
    if (entered === undefined) return { kind: 'not-applicable' };
    const { request, seen, bindings } = entered;
    if (seen.object === undefined) return { kind: 'not-applicable' };
    const run = startRun(surroundings);
    const { whole } = await exceptedBy(exceptions, bindings, run);
    if (whole !== undefined) return { kind: 'excepted', by: whole, request };
    const matched = await checkConditions(conditions, variables.bind(bindings), run);
    if ('problem' in matched) throw matched.problem;
    if (!matched.holds) return { kind: 'not-applicable' };
    let pod = seen.object;
    for (const mutation of mutations) {
      const changing = pod;
      // Each sees what those before it have changed.
      const given = variables.bind(new Map([...bindings, ['object', () => fromJson(inNamespace(changing, request))]]));
      pod = asObject(await mutation(changing, given, run)) ?? pod;
    }
    const notes = await annotate(annotations, variables.bind(bindings), run);
    return { kind: 'changed', notes, object: pod === seen.object ? (request.object ?? pod) : seen.replace(pod) };
  }

  return {
    name: frame.name,
    language: 'kyverno-cel',
    describe: (language) => spoken(describeMutating(written, exceptions), language),
    remarks: [...remarksOf(written), ...(spec.evaluation?.mutateExisting?.enabled === true ? [untouched] : [])],
    decide: async (question, surroundings) => {
      try {
        const mutated = await mutate(question, surroundings);
        if (mutated.kind === 'excepted') return [excepted(rules, mutated.by, mutated.request)];
        if (mutated.kind === 'not-applicable') return [notApplicable(rules)];
        const { name: policy, mode } = rules;
        return [
          { policy, rule: 'mutations', outcome: 'passed', mode, reason: reasonOf('passed'), evidence: mutated.notes },
        ];
      } catch (error) {
        return [unknownOutcome(rules, 'mutations', error)];
      }
    },
    change: async (question, surroundings) => {
      try {
        const mutated = await mutate(question, surroundings);
        return mutated.kind === 'changed' ? mutated.object : question.request?.object;
      } catch (error) {
        if (failurePolicy === 'Ignore') return question.request?.object;
        throw error;
      }
    },
  };
}

const untouched: Said = {
  en: 'evaluation.mutateExisting: objects that there are already are not changed',
  de: 'evaluation.mutateExisting: Objekte, die es schon gibt, werden nicht geändert',
};

type Mutated =
  | { readonly kind: 'not-applicable' }
  | { readonly kind: 'excepted'; readonly by: string; readonly request: NonNullable<Question['request']> }
  | { readonly kind: 'changed'; readonly notes: readonly EvidenceItem[]; readonly object: JsonObject };
