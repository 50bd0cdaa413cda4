import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';
import { formatNames } from '#signatures/storage/stored.ts';
import { storageFormats } from './index.ts';

test('every format in this folder is listed once, and its name is known', async () => {
  const files = globSync('*.ts', { cwd: import.meta.dirname, exclude: ['*.test.ts', 'index.ts'] });
  const modules = await Promise.all(files.map((file) => import(`./${file}`) as Promise<Record<string, unknown>>));
  const found = modules.flatMap(Object.values).filter((value: unknown) => {
    return typeof value === 'object' && value !== null && 'holds' in value && 'read' in value;
  });
  assert.deepEqual(new Set<unknown>(storageFormats), new Set(found));
  assert.deepEqual(
    storageFormats.map(({ name }) => name),
    formatNames,
  );
});
