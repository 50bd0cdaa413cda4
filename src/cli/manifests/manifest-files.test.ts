import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { readManifests } from './manifest-files.ts';

const pod = 'apiVersion: v1\nkind: Pod\nspec: {containers: [{image: nginx}]}\n';
const noInput = Readable.from([]);

test('a folder is read with what is below it, but not beyond', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'bulla-manifests-'));
  t.after(() => rm(root, { recursive: true }));
  const write = async (path: string, text: string | Buffer) => {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), text);
  };
  await write('in/b/pod.yaml', pod);
  await write('in/a.yml', `\uFEFF${pod}`);
  await write('in/.git/pod.yaml', pod);
  await write('in/node_modules/x/pod.yaml', pod);
  await write('in/broken.yaml', 'image: {');
  await write('in/other.yaml', 'a: {');
  await write('in/settings.json', '{"a": 1}');
  await write('in/latin.yaml', Buffer.from('a: \xe9', 'latin1'));
  await write('out/pod.yaml', pod);
  await symlink('../out/pod.yaml', join(root, 'in/out.yaml'));
  await symlink('b/pod.yaml', join(root, 'in/again.yaml'));
  await symlink('..', join(root, 'in/b/loop'));

  const read = await readManifests([join(root, 'in')], noInput);
  const seen = read.map(({ path, references, gaps }) => [relative(root, path), references.length, gaps.length]);
  assert.deepEqual(seen, [
    ['in/a.yml', 1, 0],
    ['in/again.yaml', 1, 0],
    ['in/broken.yaml', 0, 1],
  ]);
  assert.ok(read[0]?.text.startsWith('\uFEFF'));

  const named = ['settings.json', 'latin.yaml', 'b/pod.yaml', 'again.yaml'].map((name) => join(root, 'in', name));
  const files = await readManifests(named, noInput);
  assert.deepEqual(
    files.map(({ formats, gaps }) => [formats.join(' '), gaps.map(({ message }) => message).join(' ')]),
    [
      ['', ''],
      ['', 'it is no text in UTF-8'],
      ['kubernetes', ''],
    ],
  );
  await assert.rejects(readManifests([join(root, 'absent.yaml')], noInput), { code: 'file-unreadable' });
});

test('standard input is a file', async () => {
  const [read] = await readManifests(['-'], Readable.from([Buffer.from(pod)]));
  assert.deepEqual([read?.path, read?.file, read?.references.length], ['-', undefined, 1]);
});
