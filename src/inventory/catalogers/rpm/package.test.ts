import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readHeader } from './header.ts';
import { packageOf, sourceOf } from './package.ts';
import { buildHeader, type HeaderPlan } from './testing.ts';

function read(plan: HeaderPlan) {
  const header = readHeader(buildHeader(plan));
  return header === undefined ? undefined : packageOf(header, 1e6);
}

test('rpm: a header becomes a package', () => {
  const found = read({
    name: 'nodejs',
    version: '18.16.1',
    release: '1.module+el8',
    epoch: 1,
    architecture: 'x86_64',
    license: 'MIT and ASL 2.0',
    vendor: 'Red Hat, Inc.',
    sourceRpm: 'nodejs-18.16.1-1.module+el8.src.rpm',
    modularityLabel: 'nodejs:18:8080020230718:63b34585',
    files: ['/usr/bin/node', '/usr/lib/node_modules/npm/package.json', '/etc/ünï'],
  });
  assert.deepEqual(
    { ...found, pathCharacters: 0 },
    {
      name: 'nodejs',
      version: '1:18.16.1-1.module+el8',
      source: { name: 'nodejs', version: '18.16.1-1.module+el8' },
      architecture: 'x86_64',
      licenses: ['MIT and ASL 2.0'],
      statedVendor: 'Red Hat, Inc.',
      module: 'nodejs:18',
      files: ['usr/bin/node', 'usr/lib/node_modules/npm/package.json', 'etc/ünï'],
      pathCharacters: 0,
    },
  );
});

test('rpm: an epoch is written only if the package has one, even if it is 0', () => {
  assert.equal(read({})?.version, '5.1.8-6.el9');
  assert.equal(read({ epoch: 0 })?.version, '0:5.1.8-6.el9');
});

test('rpm: files that are not there, or are another package’s, are not its files', () => {
  const files = ['/a', '/b', '/c', '/d', '/e'];
  assert.deepEqual(read({ files, fileStates: [0, 1, 2, 3, 4] })?.files, ['a', 'd']);
});

test('rpm: paths of rpm 3 stand whole', () => {
  assert.deepEqual(read({ files: ['/usr/bin/a', '/b'], oldFileNames: true })?.files, ['usr/bin/a', 'b']);
});

test('rpm: a package without a name, version or release is none', () => {
  for (const plan of [{ name: '' }, { version: '' }, { release: '' }]) assert.equal(read(plan), undefined);
});

const sources: readonly (readonly [fileName: string, source: string | undefined])[] = [
  ['bash-5.1.8-6.el9.src.rpm', 'bash 5.1.8-6.el9'],
  ['gcc-toolset-12-gcc-12.2.1-7.4.el8.src.rpm', 'gcc-toolset-12-gcc 12.2.1-7.4.el8'],
  ['kernel-firmware-20230724-1.nosrc.rpm', 'kernel-firmware 20230724-1'],
  ['(none)', undefined],
  ['', undefined],
  ['bash-5.1.8.src.rpm', undefined],
  ['-5.1.8-6.src.rpm', undefined],
  ['bash-5.1.8-6.x86_64.rpm', undefined],
];

for (const [fileName, expected] of sources) {
  test(`rpm: ${fileName} is the source ${expected}`, () => {
    const source = sourceOf(fileName);
    assert.equal(source === undefined ? undefined : `${source.name} ${source.version}`, expected);
  });
}

test('rpm: no header is read where there is none', () => {
  const whole = buildHeader({});
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(100), whole.subarray(0, -1), Buffer.from('garbage '.repeat(9))])
    assert.equal(readHeader(bytes), undefined);
});

test('rpm: any change of a header gives an answer, and paths stay in their allowance', () => {
  const original = buildHeader({ epoch: 1, files: ['/usr/bin/a', '/usr/bin/b', '/etc/c'], fileStates: [0, 0, 0] });
  const changes = fc.array(fc.tuple(fc.nat(original.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 });
  fc.assert(
    fc.property(changes, fc.nat(200), (list, allowance) => {
      const bytes = Buffer.from(original);
      for (const [at, value] of list) bytes[at] = value;
      const header = readHeader(bytes);
      const found = header === undefined ? undefined : packageOf(header, allowance);
      const characters = found?.files.reduce((sum, path) => sum + path.length, 0) ?? 0;
      assert.ok(characters <= allowance);
    }),
    { numRuns: 2000 },
  );
});
