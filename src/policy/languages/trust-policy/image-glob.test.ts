import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseReference } from '#image/reference.ts';
import { imageGlob } from './image-glob.ts';
import { matchesStars } from './stars.ts';

const cases: readonly [pattern: string, image: string, matches: boolean][] = [
  ['ghcr.io/your-org/*', 'ghcr.io/your-org/app:1.0', true],
  ['ghcr.io/your-org/*', 'ghcr.io/your-org-evil/app', false],
  ['ghcr.io/your-org/*', 'ghcr.io/your-org/team/app', false],
  ['ghcr.io/your-org/**', 'ghcr.io/your-org/team/app', true],
  ['ghcr.io/your-org/**', 'GHCR.IO:443/your-org/team/app', true],
  ['docker.io/library/nginx', 'nginx', true],
  ['docker.io/library/nginx', 'index.docker.io/library/nginx:1.27', true],
  ['docker.io/library/*', 'someone/nginx', false],
  ['**/app', 'registry.example/a/b/app', true],
  ['**/app', 'registry.example/a/b/app2', false],
  ['registry.example/a/**/b', 'registry.example/a/b', true],
  ['registry.example/a/**/b', 'registry.example/a/x/y/b', true],
  ['*.example/app', 'registry.example/app', true],
  ['*.example/app', 'registry.example.evil/app', false],
  ['localhost:5000/**', 'localhost:5000/app@sha256:' + 'a'.repeat(64), true],
];

test('a pattern means the canonical name, a star a part of it', () => {
  for (const [pattern, image, matches] of cases) {
    assert.equal(imageGlob(pattern).matches(parseReference(image)), matches, `${pattern} ${image}`);
  }
});

test('what would not mean what it looks like is refused', () => {
  for (const pattern of ['nginx', 'library/nginx', 'ghcr.io/app:1.0', 'ghcr.io/app@sha256:00', 'ghcr.io//app', '']) {
    assert.throws(() => imageGlob(pattern), { code: 'policy-invalid' }, pattern);
  }
});

test('stars match as a regular expression would, without its time', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
  const texts = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
  fc.assert(
    fc.property(letters, texts, (pattern, text) => {
      const expression = new RegExp(`^${pattern.replaceAll(/\*+/g, '.*')}$`, 's');
      assert.equal(matchesStars(pattern, text), expression.test(text));
    }),
  );
  assert.equal(matchesStars(`${'*a'.repeat(500)}b`, 'a'.repeat(5000)), false);
});
