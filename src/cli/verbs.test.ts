import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { verbs } from './verbs.ts';

test('every command in this folder is a verb, and every verb has its page', () => {
  const commands = globSync(['commands/*.ts', 'commands/*/index.ts'], {
    cwd: import.meta.dirname,
    exclude: ['**/*.test.ts'],
  });
  const names = commands.map((path) => basename(path.replace(/\/index\.ts$/, ''), '.ts'));
  assert.deepEqual(verbs.map(({ name }) => name).toSorted(), names.toSorted());

  const pages = globSync('*.md', { cwd: join(import.meta.dirname, '../../docs') });
  assert.deepEqual(
    verbs.map(({ name }) => `${name}.md`).filter((page) => !pages.includes(page)),
    [],
  );
});

test('every verb can be loaded', async () => {
  for (const verb of verbs) assert.ok((await verb.load()).default, verb.name);
});
