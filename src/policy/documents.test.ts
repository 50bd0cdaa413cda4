import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BullaError } from '#kit/error.ts';
import { readDocuments } from './documents.ts';

test('documents of YAML and JSON, alone, several, and in lists', () => {
  const bodies = (text: string) => readDocuments(text, 'f').map(({ origin, body }) => [origin, body['kind']]);
  assert.deepEqual(bodies('kind: A'), [['f', 'A']]);
  assert.deepEqual(bodies('{"kind":"A"}'), [['f', 'A']]);
  assert.deepEqual(bodies('kind: A\n---\n---\nkind: B\n'), [
    ['f#1', 'A'],
    ['f#2', 'B'],
  ]);
  assert.deepEqual(bodies('kind: List\nitems: [{kind: A}, {kind: B}]'), [
    ['f#1', 'A'],
    ['f#2', 'B'],
  ]);
  assert.deepEqual(bodies(''), []);
});

for (const [what, text] of [
  ['a key that is there twice', 'kind: A\nkind: B'],
  ['a list', '- a'],
  ['a text', 'hello'],
  ['broken YAML', 'a: [b'],
  ['a list that holds what has no fields', 'kind: List\nitems: [1]'],
  [
    'aliases that grow beyond measure',
    `a: &a [x,x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name, index) => `${name}: &${name} [${Array.from({ length: 10 }, () => `*${'abcdefg'[index]}`).join(',')}]`).join('\n')}`,
  ],
] as const) {
  test(`${what} is refused`, () => {
    assert.throws(() => readDocuments(text, 'f'), { code: 'policy-invalid' });
  });
}

test('any text gives documents or a typed error', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      try {
        readDocuments(text, 'f');
      } catch (error) {
        assert.ok(error instanceof BullaError);
      }
    }),
  );
});

test('depth is no way to crash', () => {
  assert.throws(() => readDocuments(`a: ${'['.repeat(100_000)}`, 'f'), { code: 'policy-invalid' });
});
