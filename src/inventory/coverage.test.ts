import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gapCodes } from './coverage.ts';

test('docs/coverage.md explains every gap, and no other', () => {
  const page = readFileSync(new URL('../../docs/coverage.md', import.meta.url), 'utf8');
  const explained = [...page.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, code = '']) => code);
  assert.deepEqual(explained.toSorted(), gapCodes.toSorted());
});
