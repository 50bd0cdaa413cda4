import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { namesOf, readGlob } from './glob.ts';

const digest = `sha256:${'a'.repeat(64)}`;

const cases: readonly [glob: string, image: string, matches: boolean][] = [
  ['ghcr.io/org/app:*', 'ghcr.io/org/app:1', true],
  ['ghcr.io/org/app:*', 'ghcr.io/org/app', true],
  ['ghcr.io/org/app', 'ghcr.io/org/app', true],
  ['ghcr.io/org/*', 'ghcr.io/org/app:1', true],
  ['ghcr.io/org/*', 'ghcr.io/org/team/app:1', false],
  ['ghcr.io/org/**', 'ghcr.io/org/team/app:1', true],
  ['ghcr.io/org**', 'ghcr.io/org-evil/app:1', true],
  ['ghcr.io/org/**', 'ghcr.io/org-evil/app:1', false],
  ['ghcr.io/org/**', 'evil.example/ghcr.io/org/app:1', false],
  ['**', 'anything', true],
  ['*', 'nginx', true],
  ['*', 'someone/nginx', false],
  ['*', 'ghcr.io/org/app', false],
  ['*/*', 'someone/nginx', true],
  ['index.docker.io/library/*', 'nginx:1.27', true],
  ['docker.io/library/*', 'index.docker.io/library/nginx', true],
  ['ng*x:1.27', 'nginx:1.27', true],
  // Aliases, and what hides the tag behind a digest.
  ['ghcr.io/org/**', 'GHCR.IO/org/app:1', true],
  ['ghcr.io/org/**', 'ghcr.io:443/org/app:1', true],
  ['ghcr.io/org/app:v1*', `ghcr.io/org/app:v1.2@${digest}`, true],
  ['ghcr.io/org/app@sha256:*', `ghcr.io/org/app:v1.2@${digest}`, true],
  ['ghcr.io/org/app.x:*', 'ghcr.io/org/appyx:1', false],
];

for (const [glob, image, matches] of cases) {
  test(`${glob} ${matches ? 'is' : 'is not'} about ${image}`, () =>
    assert.equal(readGlob(glob, 'glob').matches(namesOf(image)), matches));
}

for (const glob of ['', 'a b', 'ghcr.io/(org)', 'x'.repeat(1001)]) {
  test(`"${glob.slice(0, 20)}" is no glob`, () =>
    assert.throws(() => readGlob(glob, 'glob'), /policy-invalid|no glob/));
}

test('it matches as the expression that it stands for', () => {
  const pieces = fc.array(fc.constantFrom('*', '**', '/', 'a', 'b', '.'), { minLength: 1, maxLength: 8 });
  const names = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 12 });
  fc.assert(
    fc.property(pieces, names, (parts, name) => {
      const glob = parts.join('');
      fc.pre(glob !== '*' && glob !== '*/*');
      const source = glob.replaceAll('.', '[.]').replaceAll('**', '#').replaceAll('*', '[^/]*').replaceAll('#', '.*');
      assert.equal(readGlob(glob, 'glob').matches([name]), new RegExp(`^${source}$`).test(name));
    }),
  );
});

test('many stars take no long time', () => {
  const glob = readGlob(`${'*a'.repeat(200)}b`, 'glob');
  assert.equal(glob.matches(['a'.repeat(5000)]), false);
});
