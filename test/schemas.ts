import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { asObject, parseJson } from '#kit/narrow.ts';
import { checkout } from './bulla.ts';

/** What is wrong with a document by a published schema; a field that the schema does not name is wrong, too. */
export function problemsOf(document: string, schema: string): unknown[] {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
  for (const name of new Set(['report', schema])) ajv.addSchema(closed(name));
  const check = ajv.getSchema(`${schema}.schema.json`);
  if (check === undefined) throw new Error(`there is no schema ${schema}`);
  void check(parseJson(document));
  return check.errors ?? [];
}

/** A schema without room for fields that it does not name. */
function closed(name: string): object {
  const text = readFileSync(join(checkout, `schemas/${name}.schema.json`), 'utf8');
  return JSON.parse(text, (_key, value: unknown) => {
    const node = asObject(value);
    return node !== undefined && asObject(node['properties']) !== undefined && node['type'] === 'object'
      ? { ...node, additionalProperties: false }
      : value;
  }) as object;
}
