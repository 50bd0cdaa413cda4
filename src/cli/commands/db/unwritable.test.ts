import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { osvArchive, osvRecord, writeFiles } from '#advisories/testing.ts';
import { runWords } from '#cli/testing.ts';
import { newFolder } from '#kit/testing.ts';

const folder = newFolder('unwritable');

const feed = join(folder, 'feed');
writeFiles(feed, { 'npm/all.zip': osvArchive([osvRecord('GHSA-1', 'npm', 'a', '1.0.0')]) });
writeFileSync(join(folder, 'file'), '');
const database = join(folder, 'database');
const archive = join(folder, 'archive.tar.gz');

test('a place that is no folder is a database that cannot be written', async () => {
  assert.equal((await runWords(['db', 'update', '--from', feed, '--database', database])).code, 0);
  assert.equal((await runWords(['db', 'export', archive, '--database', database])).code, 0);
  for (const place of [join(folder, 'file'), join(folder, 'file/database'), '/proc/bulla']) {
    for (const words of [
      ['update', '--from', feed],
      ['import', archive],
    ]) {
      const { code, stderr } = await runWords(['db', ...words, '--database', place]);
      assert.equal(code, 2);
      assert.match(
        stderr,
        /^bulla: error\[database-unwritable\]: .* cannot be written: .*\n {2}try .*--database DIR\n$/,
      );
    }
  }
});

test('a snapshot that cannot be replaced is a database that cannot be written, and nothing is left', async () => {
  const blocked = join(folder, 'blocked');
  await runWords(['db', 'update', '--from', feed, '--database', blocked]);
  const [snapshot = ''] = readdirSync(join(blocked, 'osv'));
  rmSync(join(blocked, 'osv', snapshot));
  mkdirSync(join(blocked, 'osv', snapshot, 'x'), { recursive: true });
  const { stderr } = await runWords(['db', 'update', '--from', feed, '--database', blocked]);
  assert.match(stderr, /^bulla: error\[database-unwritable\]/);
  assert.deepEqual(readdirSync(join(blocked, 'osv')), [snapshot]);
});

test('an export into what cannot be written says so', async () => {
  symlinkSync('/dev/null', join(folder, 'nothing'));
  for (const place of ['file/x.tar.gz', 'feed', 'nothing']) {
    const { code, stderr } = await runWords(['db', 'export', join(folder, place), '--database', database]);
    assert.equal(code, 2);
    assert.match(stderr, /^bulla: error\[file-unwritable\]: .* cannot be written: .*\n {2}try {2}check the path\n$/);
  }
});
