import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readAs, wants } from '#inventory/catalogers/testing.ts';
import { npm } from './cataloger.ts';

const installed = 'app/node_modules/left-pad/package.json';

async function readJson(path: string, manifest: unknown) {
  return readAs(npm, path, JSON.stringify(manifest));
}

test('npm reads an installed package, and claims its folder', async () => {
  const { packages, problems } = await readJson(installed, { name: 'left-pad', version: '1.3.0', license: 'WTFPL' });
  assert.equal(problems, undefined);
  assert.deepEqual(packages, [
    { type: 'npm', name: 'left-pad', version: '1.3.0', licenses: ['WTFPL'], files: ['app/node_modules/left-pad/'] },
  ]);
});

const places = [
  { path: 'node_modules/a/package.json', wanted: true },
  { path: 'app/node_modules/@scope/a/package.json', wanted: true },
  { path: 'app/node_modules/a/node_modules/b/package.json', wanted: true },
  { path: 'app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json', wanted: true },
  { path: 'usr/share/nodejs/acorn/package.json', wanted: true },
  { path: 'usr/share/nodejs/@types/node/package.json', wanted: true },
  { path: 'usr/lib/nodejs/a/package.json', wanted: true },
  { path: 'usr/lib/x86_64-linux-gnu/nodejs/a/package.json', wanted: true },
  { path: 'srv/test/app/node_modules/a/package.json', wanted: true },
  { path: 'package.json', wanted: true },
  { path: 'app/package.json', wanted: true },
  { path: 'app/node_modules/package.json', wanted: false },
  { path: 'app/node_modules/a/dist/cjs/package.json', wanted: false },
  { path: 'app/node_modules/@scope/package.json', wanted: false },
  { path: 'app/node_modules/resolve/test/resolver/node_modules/x/package.json', wanted: false },
  { path: 'app/node_modules/a/fixtures/node_modules/b/package.json', wanted: false },
  { path: 'usr/share/nodejs/acorn/dist/package.json', wanted: false },
  { path: 'app/test/fixtures/package.json', wanted: false },
  { path: 'app/package-lock.json', wanted: false },
  { path: 'app/my-package.json', wanted: false },
];

for (const { path, wanted } of places) {
  test(`npm ${wanted ? 'reads' : 'passes over'} ${path}`, () => assert.equal(wants(npm, path), wanted));
}

test('npm: the name in the file wins over that of the folder, which stands in for it', async () => {
  const name = async (manifest: unknown) => (await readJson(installed, manifest)).packages?.[0]?.name;
  assert.equal(await name({ name: '@other/real', version: '1.0.0' }), '@other/real');
  assert.equal(await name({ version: '1.0.0' }), 'left-pad');
});

test('npm: a private application is not the package of that name in the registry', async () => {
  const { packages } = await readJson('app/package.json', {
    name: 'shop',
    version: '2.0.0',
    private: true,
    bin: { shop: './bin/shop.js', up: '../../usr/bin/up' },
    files: ['scripts', 7, ''],
  });
  assert.deepEqual(packages, [
    {
      type: 'generic',
      isOwn: true,
      name: 'shop',
      version: '2.0.0',
      licenses: [],
      files: ['app/bin/shop.js', 'app/bin/shop.js/', 'app/scripts', 'app/scripts/'],
    },
  ]);
});

test('npm: a package unpacked by hand is one of the registry; so is a private one among installed packages', async () => {
  const unpacked = await readJson('opt/yarn-v1.22.22/package.json', {
    name: 'yarn',
    version: '1.22.22',
    bin: './bin/yarn.js',
  });
  assert.equal(unpacked.packages?.[0]?.type, 'npm');
  assert.deepEqual(unpacked.packages?.[0]?.files, ['opt/yarn-v1.22.22/bin/yarn.js', 'opt/yarn-v1.22.22/bin/yarn.js/']);
  const marked = await readJson(installed, { name: 'left-pad', version: '1.3.0', private: true });
  assert.equal(marked.packages?.[0]?.type, 'npm');
});

test('npm: no application claims the folders of the system', async () => {
  const { packages } = await readJson('usr/package.json', { name: 'x', version: '1.0.0', files: ['bin', 'lib', '.'] });
  assert.deepEqual(packages?.[0]?.files, ['usr/bin', 'usr/lib']);
});

const licences = [
  { manifest: { license: 'MIT' }, expected: ['MIT'] },
  { manifest: { license: '(MIT OR Apache-2.0)' }, expected: ['(MIT OR Apache-2.0)'] },
  { manifest: { license: { type: 'BSD-3-Clause', url: 'x' } }, expected: ['BSD-3-Clause'] },
  { manifest: { license: ['MIT', { type: 'ISC' }] }, expected: ['MIT', 'ISC'] },
  { manifest: { licenses: [{ type: 'MIT' }, { type: 'GPL-2.0' }] }, expected: ['MIT', 'GPL-2.0'] },
  { manifest: { license: 7, licenses: { a: 'b' } }, expected: [] },
];

for (const { manifest, expected } of licences) {
  test(`npm: licences in ${JSON.stringify(manifest)}`, async () => {
    const { packages } = await readJson(installed, { name: 'a', version: '1.0.0', ...manifest });
    assert.deepEqual(packages?.[0]?.licenses, expected);
  });
}

const damaged = [
  { what: 'an empty file', bytes: '', problems: ['it is empty'] },
  { what: 'cut JSON', bytes: '{"name":"a"', problems: ['it is not JSON'] },
  { what: 'a list', bytes: '[]', problems: ['it is not an object'] },
  { what: 'zeros', bytes: '\0\0\0\0', problems: ['it is not JSON'] },
];

for (const { what, bytes, problems } of damaged) {
  test(`npm: ${what} is a problem`, async () => {
    assert.deepEqual(await readAs(npm, installed, bytes), { problems });
  });
}

test('npm: a file without a version is no package, and no problem', async () => {
  assert.deepEqual(await readJson('app/package.json', { type: 'module' }), {});
  assert.deepEqual(await readJson(installed, { name: 'a', version: 1 }), {});
});

test('npm passes over a byte order mark', async () => {
  const { packages } = await readAs(npm, installed, '\uFEFF{"name":"a","version":"1.0.0"}');
  assert.equal(packages?.length, 1);
});

test('npm: any JSON and any bytes give an answer', async () => {
  const field = fc.oneof(fc.string(), fc.jsonValue(), fc.constant('1.0.0'));
  const manifest = fc.record(
    { name: field, version: field, license: field, licenses: field, bin: field, files: field, private: field },
    { requiredKeys: [] },
  );
  const bytes = fc.oneof(
    fc.uint8Array(),
    fc.oneof(fc.jsonValue(), manifest).map((value) => Buffer.from(JSON.stringify(value))),
  );
  await fc.assert(
    fc.asyncProperty(bytes, fc.constantFrom(installed, 'app/package.json'), async (content, path) => {
      const { packages = [] } = await readAs(npm, path, content);
      for (const { name, version } of packages) assert.ok(name !== '' && version !== '');
    }),
  );
});
