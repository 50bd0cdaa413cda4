import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.ts';

describe('a value has one form', () => {
  const cases: readonly [name: string, value: unknown, form: string][] = [
    ['nothing', null, 'null'],
    ['truth', [true, false], '[true,false]'],
    ['numbers', [0, -0, -7, 1e3, Number.MAX_SAFE_INTEGER], '[0,0,-7,1000,9007199254740991]'],
    ['empty', [{}, [], ''], '[{},[],""]'],
    ['names in order', { b: 1, a: 2, A: 3, '': 4 }, '{"":4,"A":3,"a":2,"b":1}'],
    ['names by code points, not by UTF-16', { '\u{1f512}': 1, '\uffee': 2 }, '{"\uffee":2,"\u{1f512}":1}'],
    ['only quotes and backslashes are escaped', 'a"b\\c\n\t\u0000é/', '"a\\"b\\\\c\n\t\u0000é/"'],
    ['a name that means something to JavaScript', JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
  ];
  for (const [name, value, form] of cases) {
    test(name, () => assert.equal(canonicalJson(value).toString('utf8'), form));
  }
});

describe('what has no form is refused', () => {
  const cases: readonly [name: string, value: unknown][] = [
    ['a fraction', 1.5],
    ['a number that is too large', 1e300],
    ['no number', Number.NaN],
    ['a broken text', '\ud800'],
    ['a broken name', { '\udc00': 1 }],
    ['what is no JSON', undefined],
    ['lists within lists', JSON.parse(`${'['.repeat(10_000)}${']'.repeat(10_000)}`)],
  ];
  for (const [name, value] of cases) {
    test(name, () => {
      assert.throws(() => canonicalJson(value), TypeError);
    });
  }
});

test('the order in which names are written does not matter', () => {
  const value = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.oneof(fc.integer(), fc.string({ unit: 'grapheme' })));
  fc.assert(
    fc.property(value, (object) => {
      const turned = Object.fromEntries(Object.entries(object).toReversed());
      assert.deepEqual(canonicalJson(turned), canonicalJson(object));
    }),
  );
});
