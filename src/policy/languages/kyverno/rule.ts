import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { invalidField, unsupportedField } from '#policy/languages/read-strictly.ts';
import { readCelChecks, readCelConditions, type CelChecks, type CelConditions } from './cel/checks.ts';
import { checkExpressions } from './check-expressions.ts';
import type { Leniency } from './leniency.ts';
import type { WrittenCelConditions } from './schema/policy.ts';
import { entryKind } from './scope/entries/index.ts';
import { readVerifications, type Verification } from './verify-images/verification.ts';

/** A rule that was understood. */
export interface Rule {
  readonly name: string;
  /** The kinds that make pods for which it follows from another; nothing for one that is written. */
  readonly generatedFor: readonly string[] | undefined;
  /** As it is written, or as it follows for a kind that makes pods. */
  readonly written: JsonObject;
  readonly validate: JsonObject | undefined;
  readonly mutate: JsonObject | undefined;
  readonly verifications: readonly Verification[];
  readonly cel: CelChecks | undefined;
  readonly celPreconditions: CelConditions;
}

/** Reads a rule, whose fields are all known. @throws `policy-invalid`, `policy-unsupported` with the path of the field */
export function readRule(
  written: JsonObject,
  path: string,
  leniency: Leniency,
  generatedFor?: readonly string[],
): Rule {
  const [validate, mutate] = [asObject(written['validate']), asObject(written['mutate'])];
  const verifyImages = written['verifyImages'];
  const kinds = [validate, mutate, written['generate'], verifyImages].filter((one) => one !== undefined);
  if (kinds.length === 0) throw invalidField(path, 'it has neither validate nor mutate nor verifyImages');
  refuse(written, path);
  checkContext(written['context'], `${path}.context`);
  checkValidate(validate, `${path}.validate`);
  checkExpressions(written, path);
  const cel = asObject(validate?.['cel']);
  // The schema has checked the fields; what is left out here stays as it is written.
  return {
    name: asText(written['name']) ?? '',
    generatedFor,
    written,
    validate,
    mutate,
    verifications: readVerifications(verifyImages, `${path}.verifyImages`, leniency),
    cel: cel === undefined ? undefined : readCelChecks(cel, `${path}.validate.cel`),
    celPreconditions: readCelConditions(
      written['celPreconditions'] as WrittenCelConditions | undefined,
      `${path}.celPreconditions`,
    ),
  };
}

/** What makes or changes other objects, or is too much of its own. */
const refused: readonly (readonly [string, string, string])[] = [
  ['generate', 'objects are not made', 'keep the rule in Kyverno, and take it out of this file'],
  ['mutate.targets', 'objects that are already there are not changed', 'keep the rule in Kyverno'],
  ['mutate.mutateExistingOnPolicyUpdate', 'objects that are already there are not changed', 'keep the rule in Kyverno'],
  ['validate.manifests', 'signed manifests are not verified', 'keep the rule in Kyverno'],
  ['validate.assert', 'assertion trees are not evaluated', 'say the same with validate.pattern or validate.cel'],
];

function refuse(written: JsonObject, path: string): void {
  for (const [field, problem, hint] of refused) {
    const value = field.split('.').reduce<unknown>((inner, step) => asObject(inner)?.[step], written);
    if (value !== undefined && value !== null && value !== false)
      throw unsupportedField(`${path}.${field}`, problem, hint);
  }
}

function checkContext(context: unknown, path: string): void {
  for (const [index, entry] of (Array.isArray(context) ? context : []).entries()) {
    const fields = asObject(entry) ?? {};
    const kind = entryKind(fields);
    const place = `${path}[${index}]`;
    if (kind === '') throw invalidField(place, 'it does not say what to load');
    const call = kind === 'apiCall' ? asObject(fields[kind]) : undefined;
    if (call?.['service'] !== undefined) {
      throw unsupportedField(
        `${place}.apiCall.service`,
        'no service is asked for a verdict',
        'use the Kubernetes API (urlPath), or keep the rule in Kyverno',
      );
    }
    if (call?.['method'] === 'POST') {
      throw unsupportedField(`${place}.apiCall.method`, 'nothing is sent to the cluster for a verdict', 'use GET');
    }
  }
}

const checks = ['pattern', 'anyPattern', 'deny', 'foreach', 'podSecurity', 'cel'];

function checkValidate(validate: JsonObject | undefined, path: string): void {
  if (validate === undefined) return;
  const said = checks.filter((name) => validate[name] !== undefined && validate[name] !== null);
  if (said.length !== 1) throw invalidField(path, `exactly one of ${checks.join(', ')} must be there`);
  if (validate['anyPattern'] !== undefined && !Array.isArray(validate['anyPattern'])) {
    throw invalidField(`${path}.anyPattern`, 'it is no list');
  }
}
