import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { advisoryErrors } from '#advisories/errors.ts';
import { gateErrors } from '#gates/errors.ts';
import { imageErrors } from '#image/errors.ts';
import { policyErrors } from '#policy/errors.ts';
import { serverErrors } from '#server/errors.ts';
import { signatureErrors } from '#signatures/errors.ts';
import { cliErrors } from './errors.ts';

const root = join(import.meta.dirname, '../..');
const listed: readonly string[] = [
  ...imageErrors,
  ...advisoryErrors,
  ...signatureErrors,
  ...policyErrors,
  ...gateErrors,
  ...serverErrors,
  ...cliErrors,
];

test('docs/errors.md explains every error, and no other', () => {
  const page = readFileSync(join(root, 'docs/errors.md'), 'utf8');
  const explained = [...page.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, code = '']) => code);
  assert.deepEqual(explained.toSorted(), [...listed, 'unexpected'].toSorted());
});

test('no code means two things', () => {
  assert.equal(new Set(listed).size, listed.length);
});

test('every error can happen', () => {
  const sources = globSync('src/**/*.ts', { cwd: root, exclude: ['**/*.test.ts', 'src/*/errors.ts'] });
  const text = sources.map((path) => readFileSync(join(root, path), 'utf8')).join('\n');
  assert.deepEqual(
    listed.filter((code) => !text.includes(`'${code}'`)),
    [],
  );
});
