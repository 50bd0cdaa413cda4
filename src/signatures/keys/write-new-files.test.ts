import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { checkAbsent, writeNewFiles } from './write-new-files.ts';

const pairIn = (folder: string) => [
  { path: join(folder, 'a.key'), content: 'secret', mode: 0o600 },
  { path: join(folder, 'a.pub'), content: 'public', mode: 0o644 },
];

test('files get their content and permissions, and nothing else is left', async () => {
  const folder = join(newFolder(), 'new');
  await writeNewFiles(pairIn(folder));
  assert.deepEqual(readdirSync(folder).toSorted(), ['a.key', 'a.pub']);
  assert.equal(readFileSync(join(folder, 'a.key'), 'utf8'), 'secret');
  assert.equal(statSync(join(folder, 'a.key')).mode & 0o777, 0o600);
  assert.equal(statSync(join(folder, 'a.pub')).mode & 0o777, 0o644);
});

const taken = {
  'the first is there': (folder: string) => writeFileSync(join(folder, 'a.key'), 'old'),
  'the second is there': (folder: string) => writeFileSync(join(folder, 'a.pub'), 'old'),
  'the second is a folder': (folder: string) => mkdirSync(join(folder, 'a.pub')),
  'the first is a link to nowhere': (folder: string) => symlinkSync(join(folder, 'none'), join(folder, 'a.key')),
};

for (const [what, take] of Object.entries(taken)) {
  test(`if ${what}, all stays as it was`, async () => {
    const folder = newFolder();
    take(folder);
    const before = readdirSync(folder);
    const files = pairIn(folder);
    await assert.rejects(checkAbsent(files.map(({ path }) => path)), { code: 'key-exists' });
    await assert.rejects(writeNewFiles(files), { code: 'key-exists' });
    assert.deepEqual(readdirSync(folder), before);
    assert.ok(!existsSync(join(folder, 'none')));
  });
}

test('of many who write the same, one succeeds', async () => {
  const folder = newFolder();
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => writeNewFiles(pairIn(folder))));
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
  assert.deepEqual(readdirSync(folder).toSorted(), ['a.key', 'a.pub']);
});

test('a folder that cannot be made is said to be so', async () => {
  await assert.rejects(writeNewFiles(pairIn('/dev/null/keys')), { code: 'key-unwritable' });
});
