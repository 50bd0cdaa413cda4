import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, lstatSync, mkdtempSync, openSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { writeFileFor } from './output.ts';

const root = newFolder('output');

let folder = '';
beforeEach(() => void (folder = mkdtempSync(join(root, 'test-'))));

test('a file is replaced, and missing folders are made', async () => {
  const path = join(folder, 'deep/report.txt');
  for (const document of ['a long one', 'short']) {
    await writeFileFor(path, document);
    assert.equal(readFileSync(path, 'utf8'), document);
  }
  assert.deepEqual(readdirSync(join(folder, 'deep')), ['report.txt']);
});

test('a link stays, and the file behind it is written', async () => {
  const [link, file] = [join(folder, 'latest'), join(folder, 'report.txt')];
  symlinkSync('report.txt', link);
  for (const document of ['there was none', 'there is one']) {
    await writeFileFor(link, document);
    assert.equal(readFileSync(file, 'utf8'), document);
  }
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.deepEqual(readdirSync(folder), ['latest', 'report.txt']);
});

test('a pipe with a name is written into', async () => {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const [read] = await Promise.all([readFile(path, 'utf8'), writeFileFor(path, 'through the pipe')]);
  assert.equal(read, 'through the pipe');
  assert.ok(lstatSync(path).isFIFO());
});

test('a device is written into', async () => {
  symlinkSync('/dev/null', join(folder, 'nothing'));
  for (const path of ['/dev/null', join(folder, 'nothing')]) await writeFileFor(path, 'nobody reads this');
  assert.ok(lstatSync('/dev/null').isCharacterDevice());
  assert.deepEqual(readdirSync(folder), ['nothing']);
});

test('what was already written to an open file stays', { skip: process.platform !== 'linux' }, async () => {
  const path = join(folder, 'log');
  writeFileSync(path, 'before, ');
  const file = openSync(path, 'a');
  await writeFileFor(`/dev/fd/${file}`, 'and after');
  closeSync(file);
  assert.equal(readFileSync(path, 'utf8'), 'before, and after');
});

test('standard output may be named', async (t) => {
  const write = t.mock.method(process.stdout, 'write', () => true);
  await writeFileFor('/dev/stdout', 'to the screen');
  const written = write.mock.calls.map(({ arguments: [text] }) => text);
  write.mock.restore();
  assert.ok(written.includes('to the screen'));
});

test('a folder is no place for a result', async () => {
  await assert.rejects(writeFileFor(folder, 'x'), { code: 'file-unwritable' });
});
