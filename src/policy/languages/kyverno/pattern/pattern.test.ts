import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchPattern, type PatternResult } from './match-pattern.ts';
import { matchesValue } from './value.ts';

const values: readonly (readonly [value: unknown, pattern: unknown, matches: boolean])[] = [
  ['nginx:latest', '*:latest', true],
  ['nginx:latest', '!*:latest', false],
  ['nginx:1', '*:latest | !*:*', false],
  ['nginx', '*:latest | !*:*', true],
  ['a', 'a & !b', true],
  ['b', 'a & !b', false],
  [8080, '<= 8080', true],
  ['100Mi', '<1Gi', true],
  ['2Gi', '<= 1024Mi', false],
  ['1h', '>30m', true],
  [5, '1-10', true],
  [15, '1-10', false],
  [15, '1!-10', true],
  ['512Mi', '256Mi-1Gi', true],
  [null, '>0', false],
  [undefined, null, true],
  ['', null, true],
  [0, null, true],
  ['x', null, false],
  [{}, null, false],
  [true, true, true],
  ['true', true, false],
  [true, 'true', true],
  [3, 3, true],
  ['3', 3, true],
  [3.5, 3, false],
  ['abc', '>a', false],
  [{ a: 1 }, {}, true],
  ['a', {}, false],
  [undefined, '*', false],
  ['', '?*', false],
];

for (const [value, pattern, matches] of values) {
  test(`${JSON.stringify(value)} is${matches ? '' : ' not'} ${JSON.stringify(pattern)}`, () => {
    assert.equal(matchesValue(value, pattern), matches);
  });
}

const pod = (...containers: readonly object[]) => ({
  metadata: { labels: { app: 'web', 'a/x': '1', 'a/y': '2' } },
  spec: { containers },
});

type Case = readonly [what: string, value: unknown, pattern: unknown, result: PatternResult['kind']];
const cases: readonly Case[] = [
  ['every element', pod({ image: 'a/x' }, { image: 'b/x' }), { spec: { containers: [{ image: 'a/*' }] } }, 'failed'],
  [
    'every element that is so',
    pod({ image: 'a/x' }, { image: 'a/y' }),
    { spec: { containers: [{ image: 'a/*' }] } },
    'matched',
  ],
  ['a list that is none', { spec: { containers: 'x' } }, { spec: { containers: [{ image: '*' }] } }, 'failed'],
  ['what is not there', { spec: {} }, { spec: { containers: [{ image: '*' }] } }, 'failed'],
  [
    'a condition that holds',
    pod({ image: 'a:latest' }),
    { spec: { containers: [{ '(image)': '*:latest', pull: 'Always' }] } },
    'failed',
  ],
  [
    'a condition that holds for some',
    pod({ image: 'a:1' }, { image: 'b:latest' }),
    { spec: { containers: [{ '(image)': '*:latest', pull: 'Always' }] } },
    'failed',
  ],
  [
    'a condition that holds for none',
    pod({ image: 'a:1' }),
    { spec: { containers: [{ '(image)': '*:latest', pull: 'Always' }] } },
    'skipped',
  ],
  [
    'a condition on what is not there',
    pod({ name: 'a' }),
    { spec: { containers: [{ '(image)': '*', pull: 'Always' }] } },
    'skipped',
  ],
  ['a condition beside what fails', { a: 1, b: 2 }, { '(a)': 9, '=(b)': 3 }, 'skipped'],
  ['what fails before a condition', { a: 1, b: 2 }, { '(b)': 9, '=(a)': 3 }, 'skipped'],
  ['two conditions of which one holds', { a: 1, b: 2, c: 3 }, { '(a)': 1, '(b)': 9, c: 4 }, 'skipped'],
  ['a condition deep within what is there', { a: { b: 1, c: 2 } }, { '=(a)': { '(b)': 9, c: 3 } }, 'skipped'],
  [
    'a condition deep within, beside another that holds',
    { a: { b: 1 }, d: 4 },
    { '=(a)': { '(b)': 9 }, '(d)': 4 },
    'matched',
  ],
  ['equality where it is there', { a: { b: 1 } }, { a: { '=(b)': 2 } }, 'failed'],
  ['equality where it is not', { a: {} }, { a: { '=(b)': 2 } }, 'matched'],
  ['negation', { a: { b: 1 } }, { a: { 'X(b)': null } }, 'failed'],
  ['negation of what is not there', { a: {} }, { a: { 'X(b)': null } }, 'matched'],
  ['existence', { a: [{ n: 1 }, { n: 2 }] }, { '^(a)': [{ n: 2 }] }, 'matched'],
  ['existence of what is not', { a: [{ n: 1 }] }, { '^(a)': [{ n: 2 }] }, 'failed'],
  ['existence in what is no list', { a: {} }, { '^(a)': [{ n: 2 }] }, 'failed'],
  ['a global condition that holds', { a: 1, b: 2 }, { '<(a)': 1, b: 3 }, 'failed'],
  ['a global condition that does not hold', { a: 1, b: 2 }, { '<(a)': 9, b: 3 }, 'skipped'],
  [
    'a global condition in some element',
    pod({ image: 'c/x' }, { image: 'd/x' }),
    { spec: { containers: [{ '<(image)': 'c/*' }], secrets: [{ name: 's' }] } },
    'failed',
  ],
  ['names with wildcards', pod(), { metadata: { labels: { 'a/*': '?' } } }, 'matched'],
  ['every name that fits', pod(), { metadata: { labels: { 'a/*': '1' } } }, 'failed'],
  ['a name with wildcards that nothing fits', pod(), { metadata: { labels: { 'b/*': '?*' } } }, 'failed'],
  ['a star for anything that is there', { a: { b: {} } }, { a: { b: '*' } }, 'matched'],
  ['a star for nothing', { a: {} }, { a: { b: '*' } }, 'failed'],
  ['a list of texts', { a: ['x1', 'x2'] }, { a: ['x*'] }, 'matched'],
  [
    'an element that looks like a condition',
    pod({ image: 'conditional anchor mismatch' }),
    { spec: { containers: [{ image: 'a' }] } },
    'failed',
  ],
];

for (const [what, value, pattern, result] of cases) {
  test(`a pattern: ${what}`, () => assert.equal(matchPattern(value, pattern).kind, result));
}

test('a pattern says where it does not match', () => {
  const result = matchPattern(pod({ image: 'a' }, { image: 'b' }), { spec: { containers: [{ image: 'a' }] } });
  assert.equal(result.kind === 'failed' ? result.path : '', '/spec/containers/1/image/');
});

test('any pattern gives an answer for any value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (value, pattern) => {
      assert.ok(['matched', 'failed', 'skipped'].includes(matchPattern(value, pattern).kind));
    }),
  );
});
