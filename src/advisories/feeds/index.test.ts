import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';
import { feedNames } from './feed.ts';
import { feeds } from './index.ts';

test('every feed in this folder is listed once, and its name is known', async () => {
  const files = globSync('{*,*/feed}.ts', { cwd: import.meta.dirname, exclude: ['*.test.ts', 'index.ts'] });
  const modules = await Promise.all(files.map((file) => import(`./${file}`) as Promise<Record<string, unknown>>));
  const found = modules.flatMap(Object.values).filter((value: unknown) => {
    return typeof value === 'object' && value !== null && 'partsIn' in value && 'update' in value;
  });
  assert.deepEqual(new Set<unknown>(feeds), new Set(found));
  assert.deepEqual(
    feeds.map(({ name }) => name),
    feedNames,
  );
});
