import type { z } from 'zod';
import type { JsonObject } from '#kit/narrow.ts';
import { policyError } from '#policy/errors.ts';

/**
 * Reads a document by a schema that knows every field. What is `null` is as if it was not there, as the API server has it.
 * @throws `policy-invalid` with the path of the field
 */
export function readStrictly<Schema extends z.ZodType>(schema: Schema, document: JsonObject): z.infer<Schema> {
  const { success, data, error } = schema.safeParse(withoutNulls(document));
  if (success) return data;
  const [issue] = error.issues;
  if (issue === undefined) throw invalidField('', 'it cannot be read');
  if (issue.code !== 'unrecognized_keys') throw invalidField(pathOf(issue.path), issue.message);
  throw invalidField(pathOf([...issue.path, issue.keys[0] ?? '']), 'the field is not known');
}

/** What a field says cannot be meant. @param path as in `spec.images[0].glob` */
export function invalidField(path: string, problem: string) {
  return policyError('policy-invalid', `${path}: ${problem}`, {
    hint: 'correct the field; one that is not known would not count',
  });
}

/** A field asks for what cannot be done here. */
export function unsupportedField(path: string, problem: string, hint: string) {
  return policyError('policy-unsupported', `${path}: ${problem}`, { hint });
}

function pathOf(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
}

/** No honest document is deeper. */
const deepest = 100;

/** A value without the fields that are `null`. @throws `policy-invalid` for what is too deep */
export function withoutNulls(value: unknown, depth = 0): unknown {
  if (depth > deepest) throw invalidField('', `it is deeper than ${deepest} fields`);
  if (Array.isArray(value)) return value.map((item: unknown) => withoutNulls(item, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutNulls(inner, depth + 1)]));
}
