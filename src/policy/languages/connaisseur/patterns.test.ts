import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseReference } from '#image/reference.ts';
import { chooseRules, nameOf, readPattern } from './patterns.ts';

const digest = `sha256:${'a'.repeat(64)}`;

/** The rules that are chosen for an image, by their patterns. */
function choose(image: string, ...patterns: readonly string[]): readonly string[] {
  const rules = patterns.map((written) => ({ pattern: readPattern(written, 'pattern') }));
  const { rules: chosen, isNamed } = chooseRules(rules, nameOf(parseReference(image)));
  return [...chosen.map(({ pattern }) => pattern.written), ...(isNamed ? [] : ['nobody'])];
}

const cases: readonly [image: string, patterns: readonly string[], chosen: readonly string[]][] = [
  ['nginx', ['*:*'], ['*:*']],
  ['nginx', ['*:*', 'docker.io/library/*:*'], ['docker.io/library/*:*']],
  ['nginx', ['docker.io/library/*:*', '*:*'], ['docker.io/library/*:*']],
  ['docker.io/my/app:1', ['*:*', 'docker.io/my/*:*', 'docker.io/my/app:*'], ['docker.io/my/app:*']],
  ['docker.io/my/app:1', ['*:*', 'docker.io/my/app:*', 'docker.io/my/*:*'], ['docker.io/my/app:*']],
  ['docker.io/my/app:v1', ['docker.io/my/app:*', 'docker.io/my/app:v*'], ['docker.io/my/app:v*']],
  ['ghcr.io/a/b:1', ['ghcr.io/*', 'ghcr.io/*/*'], ['ghcr.io/*/*']],
  ['ghcr.io/a/b:1', ['ghcr.io/*/b:1', 'ghcr.io/a/*:*'], ['ghcr.io/a/*:*']],
  ['ghcr.io/a/b:1', ['*', '**', '*:*'], ['*:*']],
  [`ghcr.io/a/b:1@${digest}`, ['ghcr.io/a/b:1'], ['ghcr.io/a/b:1']],
  [`ghcr.io/a/b@${digest}`, [`ghcr.io/a/b@${digest}`, '*:*'], [`ghcr.io/a/b@${digest}`]],
  ['GHCR.IO:443/a/b:1', ['*:*', 'ghcr.io/a/*:*'], ['ghcr.io/a/*:*']],
  ['quay.io/a/b:1', ['ghcr.io/*'], ['nobody']],
  // Whoever borrows the name of a registry for a path of another must please both rules.
  ['evil.example/ghcr.io/a/b:1', ['*:*', 'ghcr.io/a/*:*'], ['ghcr.io/a/*:*', '*:*']],
  ['evil.example/ghcr.io/a/b:1', ['ghcr.io/a/*:*'], ['ghcr.io/a/*:*', 'nobody']],
  ['ghcr.io/org-evil/b:1', ['*:*', 'ghcr.io/org'], ['ghcr.io/org', '*:*']],
  ['ghcr.io/org/b:1', ['*:*', 'ghcr.io/org'], ['ghcr.io/org']],
  ['ghcr.io/a/b-evil:1', ['*:*', 'ghcr.io/a/b'], ['ghcr.io/a/b', '*:*']],
  ['ghcr.io/a/b-more:1', ['*:*', 'ghcr.io/a/b*'], ['ghcr.io/a/b*']],
];

for (const [image, patterns, chosen] of cases) {
  test(`${image} by ${patterns.join(' ')}: ${chosen.join(' and ')}`, () => {
    assert.deepEqual(choose(image, ...patterns), chosen);
  });
}

test('of the same pattern the last counts', () => {
  const rules = [1, 2].map((which) => ({ which, pattern: readPattern('ghcr.io/*', 'pattern') }));
  assert.deepEqual(
    chooseRules(rules, 'ghcr.io/a/b:1').rules.map(({ which }) => which),
    [2],
  );
});

for (const written of ['ghcr.io/[ab]/*', 'ghcr.io/{a,b}', 'ghcr.io/a?', String.raw`ghcr.io/\*`]) {
  test(`${written} is more than a star`, () => assert.throws(() => readPattern(written, 'pattern'), /more than/));
}

test('it matches as the expression that it stands for', () => {
  const patterns = fc.string({ unit: fc.constantFrom('*', '/', 'a', 'b', ':'), minLength: 1, maxLength: 8 });
  const names = fc.string({ unit: fc.constantFrom('a', 'b', '/', ':'), maxLength: 12 });
  fc.assert(
    fc.property(patterns, names, (written, name) => {
      const source = written.replaceAll('*', '.*');
      assert.equal(
        readPattern(written, 'pattern').matchesAnywhere(name),
        new RegExp(source).test(name) && isWhole(written, name),
      );
    }),
  );
});

/** A star at an end keeps Connaisseur from adding one of its own. */
function isWhole(written: string, name: string): boolean {
  const source = `${written.startsWith('*') ? '' : '.*'}${written.replaceAll('*', '.*')}${written.endsWith('*') ? '' : '.*'}`;
  return new RegExp(`^${source}$`).test(name);
}
