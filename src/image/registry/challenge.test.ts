import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseChallenges } from './challenge.ts';

const table: readonly (readonly [string, readonly string[], readonly (readonly [string, Record<string, string>])[]])[] =
  [
    ['nothing', [], []],
    ['an empty line', [''], []],
    ['Basic', ['Basic realm="simple"'], [['basic', { realm: 'simple' }]]],
    [
      'Docker Hub',
      ['Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"'],
      [
        [
          'bearer',
          { realm: 'https://auth.docker.io/token', service: 'registry.docker.io', scope: 'repository:a/b:pull,push' },
        ],
      ],
    ],
    [
      'several in one line',
      ['Negotiate, Basic realm="a, b", Bearer realm=https://x/t , service = y'],
      [
        ['negotiate', {}],
        ['basic', { realm: 'a, b' }],
        ['bearer', { realm: 'https://x/t', service: 'y' }],
      ],
    ],
    [
      'several lines',
      ['Basic realm="a"', 'bEARER Realm="b"'],
      [
        ['basic', { realm: 'a' }],
        ['bearer', { realm: 'b' }],
      ],
    ],
    [
      'a token68',
      ['Negotiate YWJj+/==, Basic realm=x'],
      [
        ['negotiate', {}],
        ['basic', { realm: 'x' }],
      ],
    ],
    ['escapes', [String.raw`Basic realm="a \"b\" \\c"`], [['basic', { realm: String.raw`a "b" \c` }]]],
    ['a quote that is not closed', ['Basic realm="abc'], [['basic', { realm: 'abc' }]]],
    ['the first of two', ['Basic realm=a, realm=b'], [['basic', { realm: 'a' }]]],
    ['no scheme', ['realm="a"'], []],
    ['nonsense', ['@@@ Basic realm=a', 'Basic realm=b'], [['basic', { realm: 'b' }]]],
    ['empty elements', [',, ,Basic ,, realm=a,,'], [['basic', { realm: 'a' }]]],
    ['the name of a prototype', ['Basic __proto__=a'], [['basic', Object.fromEntries([['__proto__', 'a']])]]],
  ];

for (const [name, lines, expected] of table) {
  test(`challenges: ${name}`, () => {
    const found = parseChallenges(lines).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
    assert.deepEqual(found, expected);
  });
}

test('challenges: what is written is read', () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9!#$%&'*+.^_`|~-]{0,8}$/);
  const challenge = fc.tuple(word, fc.dictionary(word, fc.string(), { minKeys: 1, maxKeys: 4 }));
  fc.assert(
    fc.property(fc.array(challenge, { minLength: 1, maxLength: 4 }), (challenges) => {
      const line = challenges
        .map(([scheme, parameters]) => {
          const written = Object.entries(parameters).map(
            ([key, value]) => `${key}="${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`,
          );
          return `${scheme} ${written.join(', ')}`;
        })
        .join(', ');
      const found = parseChallenges([line]).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
      assert.deepEqual(
        found,
        challenges.map(([scheme, parameters]) => [scheme, { ...parameters }]),
      );
    }),
  );
});

test('challenges: any text ends, and in time', () => {
  fc.assert(fc.property(fc.array(fc.string()), (lines) => parseChallenges(lines).length <= 16));
  const started = performance.now();
  for (const part of ['a ', 'a=', 'a="', '\\"', 'a b=', ',', 'a/']) parseChallenges([part.repeat(16_384)]);
  assert.ok(performance.now() - started < 1000);
});
