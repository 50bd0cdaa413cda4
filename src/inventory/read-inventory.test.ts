import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { folderKeep, noKeep, type Keep } from '#image/keep.ts';
import { openSource } from '#image/sources/index.ts';
import { packTar, writeLayout, type PackedEntry, type PackedImage } from '#image/testing.ts';
import { newFolder } from '#kit/testing.ts';
import type { Inventory } from './inventory.ts';
import { readInventory } from './read-inventory.ts';

let folder = '';
let images = 0;
before(() => void (folder = newFolder('inventory')));

const osRelease = 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n';
const script = { mode: 0o755, content: '#!/bin/sh\n' };
const status = (...packages: string[]) =>
  packages
    .map((line) => line.split(' '))
    .map(([name, version]) => `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\n`)
    .join('\n');

/** Reads an image of these layers, each a list of entries. */
async function inventoryOf(
  layers: readonly (readonly PackedEntry[])[],
  keep: Keep = noKeep,
  more: Partial<PackedImage> = {},
): Promise<Inventory> {
  const layout = join(folder, String(images++));
  writeLayout(layout, [{ layers: layers.map(packTar), ...more }]);
  const image = await openSource(`oci:${layout}`, {
    platform: { os: 'linux', architecture: 'amd64' },
    registry: {},
    environment: {},
  });
  return readInventory(image, { keep, generation: 'test' });
}

function names(inventory: Inventory): string[] {
  return inventory.packages.map(({ name, version, layer }) => `${name} ${version} @${layer}`);
}

test('inventory: the distribution, its packages, and the files that they own', async () => {
  const inventory = await inventoryOf([
    [
      { path: 'etc/os-release', type: '2', target: '../usr/lib/os-release' },
      { path: 'usr/lib/os-release', content: osRelease },
      { path: 'lib', type: '2', target: 'usr/lib' },
      { path: 'usr/lib/libz.so.1', content: '\u007fELF' },
      { path: 'var/lib/dpkg/status', content: status('zlib1g 1:1.2') },
      { path: 'var/lib/dpkg/info/zlib1g.list', content: '/.\n/lib\n/lib/libz.so.1\n' },
      { path: 'var/lib/dpkg/info/zlib1g.postinst', ...script },
    ],
  ]);
  assert.equal(inventory.distribution?.version, '12');
  assert.deepEqual(names(inventory), ['zlib1g 1:1.2 @0']);
  assert.equal(inventory.packages[0]?.purl, 'pkg:deb/debian/zlib1g@1:1.2?distro=debian-12');
  assert.deepEqual(inventory.packages[0]?.files, ['usr/lib/libz.so.1', 'var/lib/dpkg/info/zlib1g.postinst']);
  assert.deepEqual(inventory.coverage.executables, { total: 2, unknown: [], opaqueTotal: 0, scriptTotal: 0 });
  assert.deepEqual(inventory.coverage.gaps, []);
});

test('inventory: each package comes from the layer that brought it', async () => {
  const inventory = await inventoryOf([
    [
      { path: 'usr/lib/os-release', content: osRelease },
      { path: 'var/lib/dpkg/status', content: status('a 1', 'b 1') },
    ],
    [{ path: 'other' }],
    [{ path: 'var/lib/dpkg/status', content: status('a 1', 'b 2', 'c 1') }],
  ]);
  assert.deepEqual(names(inventory), ['a 1 @0', 'b 2 @2', 'c 1 @2']);
});

test('inventory: what a later layer removed is not installed', async () => {
  const inventory = await inventoryOf([
    [
      { path: 'app/node_modules/a/package.json', content: '{"name":"a","version":"1.0.0"}' },
      { path: 'app/node_modules/b/package.json', content: '{"name":"b","version":"1.0.0"}' },
    ],
    [{ path: 'app/node_modules/.wh.a' }],
  ]);
  assert.deepEqual(names(inventory), ['b 1.0.0 @0']);
});

test('inventory: a file that is replaced by a link hides the old one', async () => {
  const inventory = await inventoryOf([
    [
      { path: 'usr/lib/os-release', content: osRelease },
      { path: 'var/lib/dpkg/status', content: status('old 1') },
    ],
    [
      { path: 'srv/new', content: status('new 2') },
      { path: 'var/lib/dpkg/status', type: '2', target: '/srv/new' },
    ],
  ]);
  assert.deepEqual(names(inventory), ['new 2 @1']);
  assert.equal(inventory.packages[0]?.location, 'var/lib/dpkg/status');
});

test('inventory: a hard-linked package database is read', async () => {
  const inventory = await inventoryOf([
    [
      { path: 'usr/lib/os-release', content: osRelease },
      { path: 'srv/database', content: status('linked 1') },
      { path: 'var/lib/dpkg/status', type: '1', target: 'srv/database' },
    ],
  ]);
  assert.deepEqual(names(inventory), ['linked 1 @0']);
});

test('inventory: a package database behind a linked folder is read', async () => {
  const inventory = await inventoryOf([
    [
      { path: 'usr/lib/os-release', content: osRelease },
      { path: 'srv/dpkg/status', content: status('moved 1') },
      { path: 'srv/dpkg/info/moved.list', content: '/usr/bin/tool\n' },
      { path: 'usr/bin/tool', ...script },
      { path: 'var/lib/dpkg', type: '2', target: '../../srv/dpkg' },
    ],
  ]);
  assert.deepEqual(names(inventory), ['moved 1 @0']);
  assert.equal(inventory.coverage.executables.scriptTotal, 0);
});

test('inventory: packages of languages that the distribution ships are linked to its package', async () => {
  const inventory = await inventoryOf([
    [
      { path: 'usr/lib/os-release', content: osRelease },
      { path: 'var/lib/dpkg/status', content: status('python3-django 3:3.2') },
      {
        path: 'var/lib/dpkg/info/python3-django.list',
        content: '/usr/lib/python3/dist-packages/Django-3.2.egg-info/PKG-INFO\n',
      },
      {
        path: 'usr/lib/python3/dist-packages/Django-3.2.egg-info/PKG-INFO',
        content: 'Metadata-Version: 2.1\nName: Django\nVersion: 3.2\n',
      },
      { path: 'opt/lib/Django-4.0.egg-info/PKG-INFO', content: 'Metadata-Version: 2.1\nName: Django\nVersion: 4.0\n' },
    ],
  ]);
  const owners = inventory.packages
    .filter(({ type }) => type === 'pypi')
    .map(({ version, ownedBy }) => [version, ownedBy]);
  assert.deepEqual(owners, [
    ['3.2', 'pkg:deb/debian/python3-django@3:3.2?distro=debian-12'],
    ['4.0', undefined],
  ]);
});

test('inventory: whatever could not be read or understood is a gap with a name', async () => {
  const codes = async (...entries: PackedEntry[]) =>
    (await inventoryOf([entries])).coverage.gaps.map(({ code }) => code);
  const system = { path: 'usr/lib/os-release', content: osRelease };
  assert.deepEqual(await codes(), ['no-packages']);
  assert.deepEqual(await codes(system, { path: 'etc/motd', content: 'x' }), ['no-packages']);
  assert.deepEqual(await codes({ path: 'var/lib/dpkg/status', content: status('a 1') }), ['distribution-unknown']);
  assert.deepEqual(await codes(system, { path: 'var/lib/dpkg/status', content: '\u0000garbage' }), [
    'no-packages',
    'files-unread',
  ]);
  assert.deepEqual(
    await codes(
      system,
      { path: 'var/lib/dpkg/status', content: status('a 1') },
      { path: 'opt/tool', content: '\u007fELF' },
    ),
    ['executables-unknown'],
  );
});

test('inventory: a second image on the same base reads only its own layers', async () => {
  const kept = folderKeep(join(folder, 'keep'));
  const asked: { key: string; found: boolean }[] = [];
  const keep: Keep = {
    put: (key, result) => kept.put(key, result),
    async get(key) {
      const found = await kept.get(key);
      asked.push({ key: key.split(' ', 1)[0] ?? '', found: found !== undefined });
      return found;
    },
  };
  const base = [
    { path: 'usr/lib/os-release', content: osRelease },
    { path: 'var/lib/dpkg/status', content: status('a 1') },
  ];
  const first = await inventoryOf([base, [{ path: 'one' }]], keep);
  asked.length = 0;
  await inventoryOf([base, [{ path: 'two' }]], keep);
  // Layers are asked for at the same time, so either may be answered first.
  assert.deepEqual(
    asked.toSorted((a, b) => a.key.localeCompare(b.key) || Number(b.found) - Number(a.found)),
    [
      { key: 'inventory', found: false },
      { key: 'layer', found: true },
      { key: 'layer', found: false },
    ],
  );
  asked.length = 0;
  assert.deepEqual(await inventoryOf([base, [{ path: 'one' }]], keep), JSON.parse(JSON.stringify(first)));
  assert.deepEqual(asked, [{ key: 'inventory', found: true }]);
});

test('inventory: damage is an error that names the layer', async () => {
  const broken = packTar([{ path: 'a', content: 'x'.repeat(3000) }]).subarray(0, 2000);
  const layout = join(folder, 'broken');
  writeLayout(layout, [{ layers: [packTar([]), broken] }]);
  const image = await openSource(`oci:${layout}`, {
    platform: { os: 'linux', architecture: 'amd64' },
    registry: {},
    environment: {},
  });
  await assert.rejects(
    readInventory(image, { keep: noKeep, generation: 'test' }),
    (error: { code?: string; at?: string[] }) => {
      assert.equal(error.code, 'layer-corrupt');
      assert.match(error.at?.[0] ?? '', /^layer 1 \(sha256:/);
      return true;
    },
  );
});

test('inventory: links in a circle and links to nowhere are no packages and no error', async () => {
  const inventory = await inventoryOf([
    [
      { path: 'var/lib/dpkg/status', type: '2', target: 'status' },
      { path: 'lib/apk/db/installed', type: '2', target: '../../../nowhere' },
      { path: 'a', type: '2', target: 'b' },
      { path: 'b', type: '2', target: 'a' },
      { path: 'usr/lib/apk/db/installed', type: '1', target: 'not/there' },
    ],
  ]);
  assert.deepEqual(inventory.packages, []);
});
