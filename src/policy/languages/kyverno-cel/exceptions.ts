import { checkConditions, compileConditions, type Conditions } from '#policy/cel/admission/conditions.ts';
import type { Bindings, Environment } from '#policy/cel/compile/compile.ts';
import type { Run } from '#policy/cel/run.ts';
import { readStrictly, unsupportedField } from '#policy/languages/read-strictly.ts';
import type { PolicyDocument } from '#policy/policy.ts';
import { exceptionSchema, type WrittenPolicy } from './schema.ts';

/** What is excepted from a policy. */
export interface Exception {
  readonly name: string;
  readonly conditions: Conditions;
  /** What may be, if it is not everything: expressions of the policy may ask for it. */
  readonly images: readonly string[];
  readonly values: readonly string[];
}

/**
 * Reads the exceptions from a policy. One from a policy of a namespace must be in that namespace.
 * @throws `policy-invalid`, `policy-unsupported`
 */
export function readExceptions(
  companions: readonly PolicyDocument[],
  { kind, metadata: policy }: Pick<WrittenPolicy, 'kind' | 'metadata'>,
  environment: Environment,
): readonly Exception[] {
  return companions.flatMap(({ body }) => {
    const { metadata, spec } = readStrictly(exceptionSchema, body);
    const isMeant = spec.policyRefs.some((one) => one.name === policy.name && one.kind === kind);
    if (!isMeant || (kind.startsWith('Namespaced') && metadata.namespace !== policy.namespace)) return [];
    const { images = [], allowedValues: values = [], matchConditions = [] } = spec;
    const place = `PolicyException ${metadata.name}: spec`;
    // Only expressions of validating policies can ask what of it is excepted.
    const isAsked = kind === 'ValidatingPolicy' || kind === 'NamespacedValidatingPolicy';
    if (!isAsked && images.length + values.length > 0) {
      throw unsupportedField(place, `a ${kind} can only be excepted from whole`, 'leave out images and allowedValues');
    }
    const conditions = compileConditions(matchConditions, `${place}.matchConditions`, environment);
    return [{ name: metadata.name, conditions, images, values }];
  });
}

/** What applies of exceptions: everything by the name of an exception, or some images and values. */
export interface Excepted {
  readonly whole?: string;
  readonly images: readonly string[];
  readonly values: readonly string[];
}

/** Which exceptions apply. @throws where that cannot be found out and none excepts everything */
export async function exceptedBy(exceptions: readonly Exception[], bindings: Bindings, run: Run): Promise<Excepted> {
  const applying: Exception[] = [];
  let problem: unknown;
  for (const exception of exceptions) {
    const checked = await checkConditions(exception.conditions, bindings, run);
    if ('problem' in checked) problem ??= checked.problem;
    else if (checked.holds) applying.push(exception);
  }
  const images = applying.flatMap((one) => one.images);
  const values = applying.flatMap((one) => one.values);
  const whole = applying.find((one) => one.images.length + one.values.length === 0);
  if (whole !== undefined) return { whole: whole.name, images, values };
  if (problem !== undefined) throw problem;
  return { images, values };
}
