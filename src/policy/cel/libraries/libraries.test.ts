import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileExpression } from '#policy/cel/expression.ts';
import { toJson } from '#policy/cel/json.ts';
import { findMatch } from '#policy/cel/regular-expression-find.ts';
import { regularExpression } from '#policy/cel/regular-expression.ts';
import { startRun } from '#policy/cel/run.ts';
import { kubernetesLibraries } from './index.ts';
import { facts } from './testing.ts';

const environment = { variables: new Map(), libraries: kubernetesLibraries };
const result = (source: string) => toJson(compileExpression(source, environment).evaluate(new Map(), startRun()));

for (const [library, sources] of Object.entries(facts)) {
  test(`library ${library}`, () => {
    for (const source of sources) assert.equal(result(source), true, source);
  });
}

test('every library has facts that are tried, but the one that is refused', () => {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const others = ['index.ts', 'format.ts', 'addresses.ts', 'authorizer.ts', 'testing.ts'];
  assert.deepEqual(
    files.filter((file) => !others.includes(file)).toSorted(),
    Object.keys(facts)
      .map((name) => `${name}.ts`)
      .toSorted(),
  );
  assert.equal(kubernetesLibraries.length, files.length - 4);
});

test('the first match is where the engine of JavaScript finds it, for expressions that both read alike', () => {
  const parts = fc.constantFrom(
    'a',
    'b',
    '[ab]',
    '.',
    'a*',
    'b+',
    'a?',
    'a*?',
    '(a|ab)',
    '(?:b|ba)+',
    '^',
    '$',
    String.raw`\b`,
  );
  const patterns = fc.array(parts, { minLength: 1, maxLength: 6 }).map((list) => list.join(''));
  const texts = fc.array(fc.constantFrom('a', 'b', 'c', ' '), { maxLength: 12 }).map((list) => list.join(''));
  fc.assert(
    fc.property(patterns, texts, (pattern, text) => {
      const wanted = new RegExp(pattern).exec(text);
      const match = findMatch(regularExpression(pattern), text);
      assert.deepEqual(
        match,
        wanted === null ? undefined : { start: wanted.index, end: wanted.index + wanted[0].length },
      );
    }),
    { numRuns: 2000 },
  );
});
