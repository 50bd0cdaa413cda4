import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BullaError } from '#kit/error.ts';
import { formatReference, parseReference } from './reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

const canonical: [string, string][] = [
  ['nginx', 'docker.io/library/nginx:latest'],
  ['nginx:1.27', 'docker.io/library/nginx:1.27'],
  ['library/nginx', 'docker.io/library/nginx:latest'],
  ['org/app', 'docker.io/org/app:latest'],
  ['docker.io/nginx', 'docker.io/library/nginx:latest'],
  ['index.docker.io/library/nginx', 'docker.io/library/nginx:latest'],
  ['registry-1.docker.io/nginx', 'docker.io/library/nginx:latest'],
  ['Docker.IO/nginx', 'docker.io/library/nginx:latest'],
  ['ghcr.io/org/app:1.2', 'ghcr.io/org/app:1.2'],
  ['GHCR.io:443/org/app:1.2', 'ghcr.io/org/app:1.2'],
  ['ghcr.io:8443/org/app', 'ghcr.io:8443/org/app:latest'],
  ['localhost/app', 'localhost/app:latest'],
  ['localhost:5000/app', 'localhost:5000/app:latest'],
  ['[::1]:5000/app', '[::1]:5000/app:latest'],
  ['10.0.0.1/app', '10.0.0.1/app:latest'],
  ['HOST/app', 'host:443/app:latest'],
  ['host:443/app', 'host:443/app:latest'],
  [`app@${digest}`, `docker.io/library/app@${digest}`],
  [`ghcr.io/org/app:1.2@${digest}`, `ghcr.io/org/app:1.2@${digest}`],
  ['a/b/c_d/e.f/g--h', 'docker.io/a/b/c_d/e.f/g--h:latest'],
];

for (const [text, expected] of canonical) {
  test(`reference: ${text} is ${expected}`, () => assert.equal(formatReference(parseReference(text)), expected));
}

test('reference: a canonical reference stays as it is', () => {
  for (const [, text] of canonical) assert.equal(formatReference(parseReference(text)), text);
});

const refused = [
  '',
  ':1',
  'nginx:',
  'nginx:-1',
  `nginx:${'1'.repeat(129)}`,
  'UPPER',
  'org/Upper',
  'a//b',
  'a/',
  '/a',
  '-a',
  'a__-b',
  'app@sha256:abc',
  `app@md5:${'a'.repeat(32)}`,
  'app@',
  'a'.repeat(64),
  `host.example/${'a'.repeat(250)}`,
  'http://ghcr.io/a',
  'ho_st.example/a',
  'app name',
  'app\u0000',
];

for (const text of refused) {
  test(`reference: ${JSON.stringify(text.slice(0, 40))} is refused with a hint`, () => {
    assert.throws(
      () => parseReference(text),
      (error) => error instanceof BullaError && error.code === 'reference-invalid' && error.hint !== undefined,
    );
  });
}

test('reference: what is far too long is refused before anything else, and not repeated', () => {
  for (const text of [`${'a'.repeat(1_000_000)}.b!/x`, `x.y/${'a'.repeat(1_000_000)}!`]) {
    assert.throws(
      () => parseReference(text),
      (error) => error instanceof BullaError && error.code === 'reference-invalid' && error.message.length < 200,
    );
  }
});

test('reference: any text is a canonical reference or a typed error', () => {
  const parts = fc.constantFrom(
    'a',
    'B',
    '.',
    ':',
    '/',
    '@',
    '-',
    '_',
    '1',
    'localhost',
    'sha256:',
    'x'.repeat(64),
    '[::1]',
    ' ',
  );
  fc.assert(
    fc.property(fc.string({ unit: parts, maxLength: 12 }), (text) => {
      let reference;
      try {
        reference = parseReference(text);
      } catch (error) {
        return assert.ok(error instanceof BullaError);
      }
      assert.deepEqual(parseReference(formatReference(reference)), reference);
    }),
  );
});
