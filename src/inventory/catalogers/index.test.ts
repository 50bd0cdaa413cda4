import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';
import { catalogers } from './index.ts';

test('every cataloger in this folder is listed once, under a name of its own', async () => {
  const files = globSync('{*,*/*}.ts', { cwd: import.meta.dirname, exclude: ['**/*.test.ts', 'index.ts'] });
  const modules = await Promise.all(files.map((file) => import(`./${file}`) as Promise<Record<string, unknown>>));
  const found = modules.flatMap(Object.values).filter((value: unknown) => {
    return typeof value === 'object' && value !== null && 'wants' in value && 'read' in value;
  });
  assert.deepEqual(new Set<unknown>(catalogers), new Set(found));
  assert.equal(new Set(catalogers.map(({ name }) => name)).size, catalogers.length);
});
