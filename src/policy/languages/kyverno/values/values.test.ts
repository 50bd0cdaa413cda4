import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDuration, parseDuration } from './duration.ts';
import { toJson } from './json.ts';
import { printed } from './print.ts';
import { parseFloat64 } from './float.ts';
import { compareQuantities, formatQuantity, parseQuantity } from './quantity.ts';
import { isSame } from './same.ts';
import { formatTime, parseTime } from './time.ts';
import { isLike } from './wildcard.ts';

const likes: readonly (readonly [string, string, boolean])[] = [
  ['*', '', true],
  ['*', 'a/b:c@d', true],
  ['a*c', 'abbc', true],
  ['a*c', 'abbd', false],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['?', '😀', true],
  ['??', '😀', false],
  ['*?', '😀', true],
  ['*??', '😀', false],
  ['a*', '*', false],
  ['?', '*', true],
  ['b?', 'b*', true],
  ['*.example/*', 'a.example/b/c', true],
  ['**a**', 'bab', true],
  ['A', 'a', false],
  ['', '', true],
  ['', 'a', false],
  ['a[b]', 'ab', false],
  ['*a*a*a*a*a*a*a*b', 'a'.repeat(500), false],
];

for (const [pattern, text, expected] of likes) {
  test(`"${pattern}" is${expected ? '' : ' not'} like "${text.slice(0, 20)}"`, () => {
    assert.equal(isLike(pattern, text), expected);
  });
}

test('a wildcard matches as the same expression does', () => {
  const letters = (alphabet: string) => fc.array(fc.constantFrom(...alphabet.split('')), { maxLength: 12 });
  fc.assert(
    fc.property(letters('ab*?'), letters('ab'), (pattern, text) => {
      const source = pattern.map((one) => (one === '*' ? '.*' : one === '?' ? '.' : one)).join('');
      assert.equal(isLike(pattern.join(''), text.join('')), new RegExp(`^${source}$`, 's').test(text.join('')));
    }),
  );
});

const durations: readonly (readonly [string, string | undefined])[] = [
  ['1h30m', '1h30m0s'],
  ['90s', '1m30s'],
  ['-1.5s', '-1.5s'],
  ['100ms', '100ms'],
  ['1us', '1µs'],
  ['0', '0s'],
  ['.5h', '30m0s'],
  ['168h', '168h0m0s'],
  ['1', undefined],
  ['', undefined],
  ['h', undefined],
  ['1d', undefined],
  ['999999999h', undefined],
];

for (const [text, expected] of durations) {
  test(`the duration ${text || 'of nothing'}`, () => {
    const read = parseDuration(text);
    assert.equal(read === undefined ? undefined : formatDuration(read), expected);
  });
}

const quantities: readonly (readonly [string, string | undefined])[] = [
  ['1024Mi', '1Gi'],
  ['1000m', '1'],
  ['1.5Gi', '1536Mi'],
  ['0.1', '100m'],
  ['1e3', '1e3'],
  ['2000', '2k'],
  ['-1Ki', '-1Ki'],
  ['500Ki', '500Ki'],
  ['1Kb', undefined],
  ['', undefined],
  ['Mi', '0'],
  ['Ei', undefined],
  ['-', '0'],
  ['2e-3', '2e-3'],
  ['99Ei', '9223372036854775807'],
];

for (const [text, expected] of quantities) {
  test(`the amount ${text || 'of nothing'}`, () => {
    const read = parseQuantity(text);
    assert.equal(read === undefined ? undefined : formatQuantity(read), expected);
  });
}

const floats: readonly (readonly [string, number | undefined])[] = [
  ['1.5', 1.5],
  ['.5e1', 5],
  ['-1_000', -1000],
  ['1__0', undefined],
  ['_1', undefined],
  ['Inf', Infinity],
  ['-infinity', -Infinity],
  ['NaN', NaN],
  ['-NaN', undefined],
  ['0x1.8p1', 3],
  ['0x1', undefined],
  ['1e400', undefined],
  ['', undefined],
  ['.', undefined],
];

for (const [text, expected] of floats) {
  test(`the number ${text || 'of nothing'}`, () => assert.equal(parseFloat64(text), expected));
}

test('amounts have an order', () => {
  const amount = fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.constantFrom('', 'm', 'k', 'Ki', 'M', 'Mi'));
  const read = ([digits, suffix]: [number, string]) => parseQuantity(`${digits}${suffix}`);
  fc.assert(
    fc.property(amount, amount, amount, (a, b, c) => {
      const [x, y, z] = [read(a), read(b), read(c)];
      assert.ok(x !== undefined && y !== undefined && z !== undefined);
      assert.equal(compareQuantities(x, y), 0 - compareQuantities(y, x));
      if (compareQuantities(x, y) <= 0 && compareQuantities(y, z) <= 0) assert.ok(compareQuantities(x, z) <= 0);
    }),
  );
});

const times: readonly (readonly [string, string | undefined, string | undefined])[] = [
  ['2021-01-02T15:04:05Z', undefined, '2021-01-02T15:04:05Z'],
  ['2021-01-02T15:04:05.123+01:00', undefined, '2021-01-02T15:04:05+01:00'],
  ['Mon Jan  2 2006', 'Mon Jan _2 2006', '2006-01-02T00:00:00Z'],
  ['01/02/2023 03:04 PM', '01/02/2006 03:04 PM', '2023-01-02T15:04:00Z'],
  ['2021-02-30T00:00:00Z', undefined, undefined],
  ['2021-01-02', undefined, undefined],
  ['1969-12-31T23:59:59Z', undefined, '1969-12-31T23:59:59Z'],
];

for (const [text, layout, expected] of times) {
  test(`the time ${text}`, () => {
    const read = parseTime(text, layout);
    assert.equal(read === undefined ? undefined : formatTime(read), expected);
  });
}

test('values are printed as Go does', () => {
  assert.equal(printed(null), '<nil>');
  assert.equal(printed([1.5, 1e21, 0.00001]), '[1.5 1e+21 1e-05]');
  assert.equal(printed([1, 'a', true, { b: 2, a: 1 }]), '[1 a true map[a:1 b:2]]');
  assert.equal(toJson({ b: '<a>', a: 1 }), String.raw`{"a":1,"b":"\u003ca\u003e"}`);
});

test('values are the same whatever the order of their keys', () => {
  assert.ok(isSame({ a: [1, { b: null }], c: 2 }, { c: 2, a: [1, { b: null }] }));
  assert.ok(!isSame({ a: 1 }, { a: 1, b: 2 }));
  assert.ok(!isSame([1, 2], { 0: 1, 1: 2 }));
});
