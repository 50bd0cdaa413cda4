import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { keyProviders } from './index.ts';

test('every provider in this folder is in the list', () => {
  const files = readdirSync(import.meta.dirname).filter(
    (name) => !name.endsWith('.test.ts') && !['index.ts', 'provider.ts'].includes(name),
  );
  assert.equal(keyProviders.length, files.length);
});

test('no scheme means two things, and the one that takes all comes last', () => {
  const schemes = keyProviders.flatMap((provider) => provider.schemes);
  assert.equal(new Set(schemes).size, schemes.length);
  assert.equal(schemes.at(-1), '*');
});
