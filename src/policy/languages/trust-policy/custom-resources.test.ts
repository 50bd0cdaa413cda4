import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { asObject, type JsonObject } from '#kit/narrow.ts';
import { customResourceDefinitions } from './custom-resources.ts';
import { structuralSchema } from './structural-schema.ts';

const folder = new URL('../../../../deploy/crds/', import.meta.url);
const definitions = customResourceDefinitions();

test('deploy/crds has these definitions and no others', () => {
  assert.deepEqual(readdirSync(folder).toSorted(), definitions.map(({ name }) => `${name}.yaml`).toSorted());
  for (const { name, definition } of definitions) {
    const file: unknown = parse(readFileSync(new URL(`${name}.yaml`, folder), 'utf8'));
    assert.deepEqual(file, JSON.parse(JSON.stringify(definition)), 'npm run schemas writes it anew');
  }
});

test('no object drops fields that it does not know', () => {
  const visit = (node: unknown): void => {
    const schema = asObject(node);
    if (schema === undefined) return;
    if (schema['properties'] !== undefined && schema['type'] === 'object') {
      assert.equal(schema['x-kubernetes-preserve-unknown-fields'], true, JSON.stringify(schema).slice(0, 200));
    }
    for (const inner of Object.values(schema)) for (const one of [inner].flat()) visit(one);
  };
  for (const { definition } of definitions) visit(definition);
});

describe('a schema becomes structural', () => {
  const open = { 'x-kubernetes-preserve-unknown-fields': true };
  const text = { type: 'string' };
  const table: Readonly<Record<string, [JsonObject, JsonObject]>> = {
    'a text': [
      { type: 'string', minLength: 1, description: 'd' },
      { type: 'string', minLength: 1, description: 'd' },
    ],
    'one value': [
      { type: 'string', const: 'a' },
      { type: 'string', enum: ['a'] },
    ],
    'an object': [
      { type: 'object', properties: { a: text }, required: ['a'], additionalProperties: false },
      { type: 'object', ...open, properties: { a: text }, required: ['a'] },
    ],
    'any object': [
      { type: 'object', properties: {}, additionalProperties: {} },
      { type: 'object', ...open },
    ],
    'one of two objects': [
      {
        description: 'd',
        anyOf: [
          { type: 'object', properties: { a: text, c: text }, required: ['a', 'c'] },
          { type: 'object', properties: { b: text, c: text }, required: ['b', 'c'] },
        ],
      },
      { description: 'd', type: 'object', ...open, properties: { a: text, b: text, c: text }, required: ['c'] },
    ],
    'one of two types': [{ anyOf: [text, { type: 'object', properties: {} }] }, open],
    'a bound': [
      { type: 'number', exclusiveMinimum: 0 },
      { type: 'number', minimum: 0, exclusiveMinimum: true },
    ],
    'a format, said twice': [
      { type: 'string', format: 'date-time', pattern: 'x' },
      { type: 'string', format: 'date-time' },
    ],
  };
  for (const [what, [schema, structural]] of Object.entries(table)) {
    test(what, () => assert.deepEqual(structuralSchema(schema), structural));
  }

  test('what is not understood is an error', () => {
    assert.throws(() => structuralSchema({ type: 'object', patternProperties: {} }), /"patternProperties"/);
  });
});
