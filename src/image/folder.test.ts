import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { readFolder } from './folder.ts';

const root = newFolder('folder');

/** What a folder shows, and what of it cannot be read. */
async function look(folder: string, during: (path: string) => void = () => undefined) {
  const shown: string[] = [];
  const unread: string[] = [];
  await readFolder(
    folder,
    ({ path, kind, target }, head) => {
      shown.push([path, kind, target, head.toString()].filter((word) => word !== '').join(' '));
      during(path);
      return undefined;
    },
    ({ path }, why) => void unread.push(`${path}: ${why}`),
  );
  return { shown, unread };
}

test('a folder is shown in the order of names, with the first bytes of its files', async () => {
  const folder = join(root, 'plain');
  mkdirSync(join(folder, 'b'), { recursive: true });
  writeFileSync(join(folder, 'b/file'), 'x'.repeat(100));
  writeFileSync(join(folder, 'a'), '');
  symlinkSync('b/file', join(folder, 'c'));
  assert.deepEqual(await look(folder), {
    shown: ['a file', 'b directory', 'c symlink b/file', `b/file file ${'x'.repeat(64)}`],
    unread: [],
  });
});

test('what goes away meanwhile is passed over', async () => {
  const folder = join(root, 'vanishing');
  mkdirSync(join(folder, 'd/e'), { recursive: true });
  for (const name of ['a', 'b', 'd/x']) writeFileSync(join(folder, name), 'x');
  const { shown, unread } = await look(folder, (path) => {
    if (path === 'a') rmSync(join(folder, 'b'));
    if (path === 'd') rmSync(join(folder, 'd'), { recursive: true });
  });
  assert.deepEqual([shown, unread], [['a file x', 'd directory'], []]);
});

test(
  'a file whose name cannot be written is told with its folder, once',
  { skip: process.platform !== 'linux' },
  async () => {
    const folder = join(root, 'names');
    mkdirSync(join(folder, 'd'), { recursive: true });
    for (const byte of [0xff, 0xfe]) {
      writeFileSync(Buffer.concat([Buffer.from(join(folder, 'd/')), Buffer.from([byte])]), 'x');
    }
    assert.deepEqual((await look(folder)).unread, ['d: it has a name that is not UTF-8']);
  },
);
