import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEntries, type EntryKind, type LayerContents } from './contents.ts';
import { squash, treeOf } from './squash.ts';

/** A layer in shorthand: `folder/`, `file`, `link -> target`, `name = hard link target`, `- removed`, `folder/ !` (opaque). */
function layer(...lines: string[]): LayerContents {
  const entries = createEntries();
  for (const line of lines) entries.add(...entryOf(line));
  return { entries: entries.finish(), readings: [], unread: [] };
}

function entryOf(line: string): [path: string, kind: EntryKind, target: string] {
  if (line.startsWith('- ')) return [line.slice(2), 'whiteout', ''];
  if (line.endsWith('/ !')) return [line.slice(0, -3), 'opaque', ''];
  if (line.endsWith('/')) return [line.slice(0, -1), 'directory', ''];
  const [path = '', symlink] = line.split(' -> ');
  if (symlink !== undefined) return [path, 'symlink', symlink];
  const [name = '', hardlink] = line.split(' = ');
  return hardlink === undefined ? [line, 'file', ''] : [name, 'hardlink', hardlink];
}

/** The view as `path@layer`, folders left out. */
function show(...layers: LayerContents[]): string {
  const files = squash(layers.map(treeOf)).all.filter(({ node }) => node.kind !== 'directory');
  return files.map(({ path, node }) => `${path}@${node.layer}`).join(' ');
}

const cases: { name: string; layers: LayerContents[]; mounted: string }[] = [
  { name: 'layers add up', layers: [layer('a', 'd/', 'd/b'), layer('d/c')], mounted: 'a@0 d/b@0 d/c@1' },
  { name: 'the upper file wins', layers: [layer('a'), layer('a')], mounted: 'a@1' },
  { name: 'a whiteout removes a file', layers: [layer('a', 'b'), layer('- a')], mounted: 'b@0' },
  { name: 'a whiteout removes a folder', layers: [layer('d/', 'd/e/f'), layer('- d')], mounted: '' },
  { name: 'a whiteout leaves its own layer alone', layers: [layer('a'), layer('- a', 'a')], mounted: 'a@1' },
  { name: 'a whiteout behind its file leaves it alone', layers: [layer('a'), layer('a', '- a')], mounted: 'a@1' },
  { name: 'a folder made anew is empty', layers: [layer('d/x'), layer('- d', 'd/', 'd/y')], mounted: 'd/y@1' },
  { name: 'an opaque folder hides', layers: [layer('d/x', 'd/e/z'), layer('d/', 'd/ !', 'd/y')], mounted: 'd/y@1' },
  { name: 'an opaque root hides all', layers: [layer('a', 'd/x'), layer('/ !', 'b')], mounted: 'b@1' },
  { name: 'a link replaces a file', layers: [layer('a', 'b'), layer('a -> b')], mounted: 'a@1 b@0' },
  { name: 'a link replaces a folder', layers: [layer('d/x'), layer('d -> e')], mounted: 'd@1' },
  { name: 'a file replaces a folder', layers: [layer('d/x', 'd/y'), layer('d')], mounted: 'd@1' },
  { name: 'a folder replaces a file', layers: [layer('d'), layer('d/', 'd/x')], mounted: 'd/x@1' },
  {
    name: 'an implied folder hides a link below',
    layers: [layer('d -> e', 'e/x'), layer('d/y')],
    mounted: 'd/y@1 e/x@0',
  },
  {
    name: 'links of the same layer lead on',
    layers: [layer('usr/lib/', 'lib -> usr/lib', 'lib/x')],
    mounted: 'lib@0 usr/lib/x@0',
  },
  { name: 'a hard link is the file', layers: [layer('a', 'b = a'), layer('- a')], mounted: 'b@0' },
  { name: 'a hard link into a lower layer', layers: [layer('a'), layer('b = a')], mounted: 'a@0 b@0' },
  { name: 'a hard link to nothing stays', layers: [layer('b = a')], mounted: 'b@0' },
  { name: 'a later entry wins', layers: [layer('a', 'a -> x')], mounted: 'a@0' },
  { name: 'links in a circle end', layers: [layer('a -> b', 'b -> a', 'a/x')], mounted: 'a/x@0 b@0' },
];

for (const { name, layers, mounted } of cases) test(`squash: ${name}`, () => assert.equal(show(...layers), mounted));

test('a view follows links as the kernel does', () => {
  const view = squash(
    [layer('usr/lib/os', 'etc/os -> ../usr/lib/os', 'lib -> /usr/lib', 'x -> y', 'y -> x', 'up -> ../../etc')].map(
      treeOf,
    ),
  );
  assert.equal(view.at('etc/os', 'follow')?.path, 'usr/lib/os');
  assert.equal(view.at('etc/os')?.node.kind, 'symlink');
  assert.equal(view.at('lib/os')?.path, 'usr/lib/os');
  assert.equal(view.at('up/os', 'follow')?.path, 'usr/lib/os');
  assert.equal(view.at('x', 'follow'), undefined);
  assert.equal(view.at('none/x'), undefined);
});
