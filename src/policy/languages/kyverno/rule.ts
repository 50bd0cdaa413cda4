import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { unsupportedField, withoutNulls } from '#policy/languages/read-strictly.ts';
import { readCelChecks, readCelConditions, type CelChecks, type CelConditions } from './cel/checks.ts';
import { checkChoices, exactlyOne } from './check-choices.ts';
import { checkExpressions } from './check-expressions.ts';
import type { Leniency } from './leniency.ts';
import { readManifests, type ManifestDemand } from './manifests/read-manifests.ts';
import type { WrittenCelConditions } from './schema/policy.ts';
import { entryKind, entryKinds } from './scope/entries/index.ts';
import { readVerifications, type Verification } from './verify-images/verification.ts';

/** A rule that was understood. */
export interface Rule {
  readonly name: string;
  /** The kinds that make pods for which it follows from another; nothing for one that is written. */
  readonly generatedFor: readonly string[] | undefined;
  /** As it is written, or as it follows for a kind that makes pods. */
  readonly written: JsonObject;
  readonly validate: JsonObject | undefined;
  /** What it makes of the object that is asked about. */
  readonly mutate: JsonObject | undefined;
  readonly verifications: readonly Verification[];
  readonly cel: CelChecks | undefined;
  readonly manifests: ManifestDemand | undefined;
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
  checkChoices(written, path);
  refuse(written, path);
  checkContexts(written, path);
  checkExpressions(written, path);
  // The schema has checked the fields; what is left out here stays as it is written.
  const cel = asObject(withoutNulls(validate?.['cel']));
  const manifests = asObject(validate?.['manifests']);
  return {
    name: asText(written['name']) ?? '',
    generatedFor,
    written,
    validate,
    mutate: changesOthers(written) ? undefined : mutate,
    verifications: readVerifications(withoutNulls(written['verifyImages']), `${path}.verifyImages`, leniency),
    cel: cel === undefined ? undefined : readCelChecks(cel, `${path}.validate.cel`),
    manifests: manifests === undefined ? undefined : readManifests(manifests, `${path}.validate.manifests`, leniency),
    celPreconditions: readCelConditions(
      withoutNulls(written['celPreconditions'] ?? undefined) as WrittenCelConditions | undefined,
      `${path}.celPreconditions`,
    ),
  };
}

/**
 * Whether a rule changes objects that are already there, when one like that which is asked about comes. That is done later, and by
 * somebody with the right to do it: it has no part in what becomes of the one that is asked about.
 */
export function changesOthers(written: JsonObject): boolean {
  return asList(asObject(written['mutate'])?.['targets']).length > 0;
}

/** What makes other objects, or is too much of its own. */
const refused: readonly (readonly [string, string, string])[] = [
  ['generate', 'objects are not made', 'keep the rule in Kyverno, and take it out of this file'],
  ['validate.assert', 'assertion trees are not evaluated', 'say the same with validate.pattern or validate.cel'],
];

function refuse(written: JsonObject, path: string): void {
  for (const [field, problem, hint] of refused) {
    const value = field.split('.').reduce<unknown>((inner, step) => asObject(inner)?.[step], written);
    if (value !== undefined && value !== null && value !== false)
      throw unsupportedField(`${path}.${field}`, problem, hint);
  }
}

/** Those of a rule, and of the lists within it. */
function checkContexts(written: JsonObject, path: string): void {
  checkContext(written['context'], `${path}.context`);
  for (const kind of ['validate', 'mutate']) {
    const inner = asObject(written[kind]);
    if (inner !== undefined) checkContexts(inner, `${path}.${kind}`);
  }
  const lists = written['foreach'];
  for (const [index, one] of (Array.isArray(lists) ? lists : []).entries()) {
    checkContexts(asObject(one) ?? {}, `${path}.foreach[${index}]`);
  }
}

function checkContext(context: unknown, path: string): void {
  for (const [index, entry] of (Array.isArray(context) ? context : []).entries()) {
    const fields = asObject(entry) ?? {};
    const place = `${path}[${index}]`;
    exactlyOne(fields, entryKinds, place);
    const kind = entryKind(fields);
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
