import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { manifestFormatNames } from '#policy/manifests/format.ts';
import { manifestFormats } from './index.ts';

test('every format in the folder is in the list, and the list has no other', () => {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !name.includes('.test.'));
  const folder = files.filter((name) => name !== 'index.ts').map((name) => name.slice(0, -'.ts'.length));
  const listed: readonly string[] = manifestFormats.map(({ name }) => name);
  assert.deepEqual(listed.toSorted(), folder.toSorted());
  assert.deepEqual(listed, manifestFormatNames);
});
