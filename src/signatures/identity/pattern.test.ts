import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { expressionPattern, globPattern } from './pattern.ts';

const cases: readonly [pattern: string, text: string, matches: boolean][] = [
  ['https://github.com/org/app', 'https://github.com/org/app', true],
  ['https://github.com/org/app', 'https://github.com/org/app/x', false],
  ['https://github.com/org/app', 'xhttps://github.com/org/app', false],
  // The classic: a prefix of an organisation is another organisation.
  ['https://github.com/org/*', 'https://github.com/org-evil/app', false],
  ['https://github.com/org/*', 'https://github.com/org/app', true],
  ['https://github.com/org/*', 'https://github.com/org/app/.github/workflows/x.yml@refs/heads/main', false],
  ['https://github.com/org/**', 'https://github.com/org/app/.github/workflows/x.yml@refs/heads/main', true],
  [
    'https://github.com/org/app/.github/workflows/*@refs/tags/v*',
    'https://github.com/org/app/.github/workflows/r.yml@refs/tags/v1',
    true,
  ],
  [
    'https://github.com/org/app/.github/workflows/*@refs/tags/v*',
    'https://github.com/org/app/.github/workflows/r.yml@refs/heads/v1',
    false,
  ],
  // A dot is a dot.
  ['someone@example.com', 'someone@exampleXcom', false],
  ['*@example.com', 'someone@example.com', true],
  ['*@example.com', 'someone@example.com.evil', false],
];

test('a glob means the whole text, and * no more than a part of a path', () => {
  for (const [pattern, text, matches] of cases) {
    assert.equal(globPattern(pattern, false).matches(text), matches, `${pattern} ${text}`);
  }
});

test('an expression means the whole text', () => {
  assert.equal(expressionPattern('https://github.com/org', false).matches('https://github.com/org-evil'), false);
  assert.equal(expressionPattern('a|b', false).matches('ab'), false);
  assert.equal(expressionPattern('v[0-9]+', false).matches('v12'), true);
});

test('what anyone matches is refused, unless it is meant', () => {
  for (const pattern of ['*', '**', '*/*', '', '/']) {
    assert.throws(() => globPattern(pattern, false), { code: 'identity-invalid' }, pattern);
  }
  for (const pattern of ['.*', '.+', '', '(.*)', '[^ ]*']) {
    if (pattern !== '') assert.throws(() => expressionPattern(pattern, false), { code: 'identity-invalid' }, pattern);
  }
  assert.ok(globPattern('**', true).matches('anyone'));
  assert.throws(() => expressionPattern('(', true), { code: 'identity-invalid' });
});

test('a text without stars matches itself and nothing else', () => {
  const text = fc.string().filter((value) => !value.includes('*') && !/^\/*$/.test(value));
  fc.assert(
    fc.property(text, fc.string(), (written, other) => {
      assert.ok(globPattern(written, false).matches(written));
      assert.equal(globPattern(written, false).matches(other), written === other);
    }),
  );
});

test('stars mean what an expression would, without its time', () => {
  const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*'), maxLength: 8 });
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 10 });
  fc.assert(
    fc.property(patterns, texts, (pattern, text) => {
      const source = pattern
        .split(/(\*\*|\*)/)
        .map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : part))
        .join('');
      assert.equal(globPattern(pattern, true).matches(text), new RegExp(`^${source}$`, 's').test(text));
    }),
  );
  assert.equal(globPattern(`${'*a'.repeat(200)}b`, false).matches('a'.repeat(2000)), false);
});
