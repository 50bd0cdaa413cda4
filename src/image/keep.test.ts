import assert from 'node:assert/strict';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { digestOf, hexOf } from '#kit/digest.ts';
import { newFolder } from '#kit/testing.ts';
import { folderKeep, pruneKeep } from './keep.ts';

test('the oldest results go until the others fit, and nothing else', async () => {
  const folder = newFolder('keep');
  const keep = folderKeep(folder);
  const now = Date.UTC(2026, 0, 15);
  for (const [index, key] of ['old', 'middle', 'new'].entries()) {
    await keep.put(key, Buffer.alloc(100));
    const name = hexOf(digestOf(key));
    const time = new Date(now - (3 - index) * 60_000);
    utimesSync(join(folder, name.slice(0, 2), name), time, time);
  }
  writeFileSync(join(folder, 'last-scan'), 'x'.repeat(1000));
  const left = join(folder, '.a.0123456789ab.part');
  writeFileSync(left, '');
  utimesSync(left, new Date(now - 2 * 86_400_000), new Date(now - 2 * 86_400_000));
  await pruneKeep(folder, 250, now);
  assert.deepEqual(
    await Promise.all(['old', 'middle', 'new'].map(async (key) => (await keep.get(key)) !== undefined)),
    [false, true, true],
  );
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.length > 2),
    ['last-scan'],
  );
});

test('a folder that is not there has nothing to prune', async () => {
  await pruneKeep(join(tmpdir(), 'bulla-no-such-folder'), 1, Date.now());
});
