import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkParameters, type AllowedParameter } from './parameters.ts';

const exactly = (written: string): AllowedParameter['value'] => ({ written, matches: (text) => text === written });

const cases: readonly (readonly [
  refused: string | undefined,
  parameters: Readonly<Record<string, unknown>>,
  allowed: readonly AllowedParameter[],
])[] = [
  [undefined, {}, []],
  [undefined, { vars: {}, inputs: null, name: '', list: [[]] }, []],
  ['parameter-unknown', { debug: false }, []],
  ['parameter-unknown', { count: 0 }, []],
  [undefined, { a: { b: [1, { c: 'x' }] } }, [{ pointer: '/a' }]],
  [undefined, { a: { b: [1, { c: 'x' }] } }, [{ pointer: '/a/b/0' }, { pointer: '/a/b/1/c', value: exactly('x') }]],
  ['parameter-not-allowed', { a: 'y' }, [{ pointer: '/a', value: exactly('x') }]],
  [
    undefined,
    { a: 'y' },
    [
      { pointer: '/a', value: exactly('x') },
      { pointer: '/a', value: exactly('y') },
    ],
  ],
  // A name is not a place: neither a longer name, nor one that looks like two.
  ['parameter-unknown', { ab: 'x' }, [{ pointer: '/a' }]],
  ['parameter-unknown', { 'a/b': 'x' }, [{ pointer: '/a/b' }]],
  [undefined, { 'a/b': 'x', '~': 'y' }, [{ pointer: '/a~1b' }, { pointer: '/~0' }]],
  ['parameter-unknown', JSON.parse('{"__proto__":{"x":1}}') as Record<string, unknown>, []],
];

test('a parameter is allowed by its place, and where it matters by its value', () => {
  for (const [refused, parameters, allowed] of cases) {
    const refusal = checkParameters(parameters, allowed, []);
    assert.equal(refusal?.refused, refused, JSON.stringify([parameters, allowed]));
  }
});

test('what is judged elsewhere needs no permission', () => {
  assert.equal(checkParameters({ source: 'x' }, [], ['/source']), undefined);
  assert.equal(checkParameters({ source: { a: 1 } }, [], ['/source'])?.refused, 'parameter-unknown');
});

test('whatever has a value that is not allowed is refused', () => {
  const scalar = fc.oneof(fc.string({ minLength: 1 }), fc.integer(), fc.boolean());
  fc.assert(
    fc.property(fc.string(), scalar, (name, value) => {
      const parameters = Object.fromEntries([[name, { inner: [value] }]]);
      assert.equal(checkParameters(parameters, [{ pointer: '/other/place' }], [])?.refused, 'parameter-unknown');
    }),
  );
});
