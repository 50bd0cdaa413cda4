import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';
import { findToken, tokenProviders } from './index.ts';

test('every place in this folder is listed once', async () => {
  const exclude = ['*.test.ts', 'index.ts', 'provider.ts', 'google-metadata.ts', 'from-program.ts'];
  const files = globSync('*.ts', { cwd: import.meta.dirname, exclude });
  const modules = await Promise.all(files.map((file) => import(`./${file}`) as Promise<Record<string, unknown>>));
  assert.deepEqual(new Set<unknown>(tokenProviders), new Set(modules.flatMap(Object.values)));
});

test('the token that was set is found, and none elsewhere', async () => {
  assert.equal(await findToken({ SIGSTORE_ID_TOKEN: 'a.b.c' }), 'a.b.c');
  assert.equal(await findToken({ SIGSTORE_ID_TOKEN: '', SIGSTORE_ID_TOKEN_FILE: '/nowhere' }), undefined);
});
