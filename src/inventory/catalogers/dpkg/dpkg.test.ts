import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readAs, wants } from '#inventory/catalogers/testing.ts';
import { dpkg } from './cataloger.ts';

const status = 'var/lib/dpkg/status';

test('dpkg reads name, version, source and architecture', async () => {
  const { packages, problems } = await readAs(
    dpkg,
    status,
    `Package: libssl3
Status: install ok installed
Architecture: amd64
Multi-Arch: same
Source: openssl (3.0.9-1)
Version: 3.0.9-1+b1
Maintainer: Debian OpenSSL Team <pkg-openssl-devel@alioth-lists.debian.net>
Description: Secure Sockets Layer toolkit
 This package is part of the OpenSSL project's implementation.
 .
 Version: 9.9 is not a field here.

Package: bash
Status: install ok installed
Architecture: amd64
Version: 5.2.15-2+b7
Source: bash (5.2.15-2)
`,
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages?.map(({ name, version, source, architecture, keys }) => ({ name, version, source, architecture, keys })),
    [
      {
        name: 'libssl3',
        version: '3.0.9-1+b1',
        source: { name: 'openssl', version: '3.0.9-1' },
        architecture: 'amd64',
        keys: ['libssl3:amd64', 'libssl3'],
      },
      {
        name: 'bash',
        version: '5.2.15-2+b7',
        source: { name: 'bash', version: '5.2.15-2' },
        architecture: 'amd64',
        keys: ['bash:amd64', 'bash'],
      },
    ],
  );
});

const states = [
  { state: 'install ok installed', counts: true },
  { state: 'hold ok installed', counts: true },
  { state: 'install ok unpacked', counts: true },
  { state: 'install ok half-configured', counts: true },
  { state: 'install ok triggers-pending', counts: true },
  { state: 'deinstall ok config-files', counts: false },
  { state: 'purge ok not-installed', counts: false },
  { state: 'install reinstreq half-installed', counts: false },
];

for (const { state, counts } of states) {
  test(`dpkg: a package that is "${state}" ${counts ? 'counts' : 'does not count'}`, async () => {
    const { packages } = await readAs(dpkg, status, `Package: a\nStatus: ${state}\nVersion: 1\n`);
    assert.equal(packages?.length, counts ? 1 : 0);
  });
}

test('dpkg names a vendor that is not the distribution', async () => {
  const vendors = async (version: string, maintainer: string) => {
    const { packages } = await readAs(dpkg, status, `Package: a\nVersion: ${version}\nMaintainer: ${maintainer}\n`);
    return packages?.[0]?.vendor;
  };
  assert.equal(await vendors('20.20.2-1nodesource1', 'NodeSource Support <support@nodesource.com>'), 'NodeSource');
  assert.equal(
    await vendors('16.3-1.pgdg120+1', 'Debian PostgreSQL Maintainers <team@tracker.debian.org>'),
    'PostgreSQL Global Development Group',
  );
  assert.equal(await vendors('5:27.0.3-1~debian.12~bookworm', 'Docker <support@docker.com>'), 'Docker');
  assert.equal(await vendors('1:2.39.5-0+deb12u3', 'Jonathan Nieder <jrnieder@gmail.com>'), undefined);
  assert.equal(await vendors('3.2.20-1', 'Debian MongoDB Maintainers <x@lists.debian.org>'), undefined);
});

test('dpkg reads the files of a package from lists and, in distroless images, from checksums', async () => {
  const list = await readAs(dpkg, 'var/lib/dpkg/info/libc6:amd64.list', '/.\n/lib\n/lib/x86_64-linux-gnu/libc.so.6\n');
  assert.deepEqual(list.adds, [{ key: 'libc6:amd64', files: ['lib', 'lib/x86_64-linux-gnu/libc.so.6'] }]);
  const sums = await readAs(
    dpkg,
    'var/lib/dpkg/status.d/libc6.md5sums',
    'd41d8cd98f00b204e9800998ecf8427e  lib/x86_64-linux-gnu/libc.so.6\nnot a sum\n',
  );
  assert.deepEqual(sums.adds, [{ key: 'libc6', files: ['lib/x86_64-linux-gnu/libc.so.6'] }]);
});

test('dpkg reads licences from copyright files, old and new', async () => {
  const machine = await readAs(
    dpkg,
    'usr/share/doc/zlib1g/copyright',
    'Files: *\nLicense: Zlib\n\nFiles: debian/*\nLicense: GPL-2+\n',
  );
  assert.deepEqual(machine.adds, [{ key: 'zlib1g', licenses: ['GPL-2+', 'Zlib'] }]);
  const prose = await readAs(dpkg, 'usr/share/doc/bash/copyright', 'See /usr/share/common-licenses/GPL-3.\n');
  assert.deepEqual(prose.adds, [{ key: 'bash', licenses: ['GPL-3'] }]);
});

test('dpkg: opkg has the same format elsewhere', async () => {
  const { packages } = await readAs(
    dpkg,
    'usr/lib/opkg/status',
    'Package: busybox\nVersion: 1.36.1-1\nLicense: GPL-2.0\n',
  );
  assert.equal(packages?.[0]?.type, 'opkg');
  assert.deepEqual(packages?.[0]?.licenses, ['GPL-2.0']);
});

test('dpkg wants nothing but its own files', () => {
  for (const path of [
    'var/lib/dpkg/status-old',
    'x/var/lib/dpkg/status',
    'var/lib/dpkg/available',
    'usr/share/doc/a/b/copyright',
  ]) {
    assert.equal(wants(dpkg, path), false, path);
  }
});

test('dpkg: damaged files are problems, never silence', async () => {
  assert.deepEqual((await readAs(dpkg, status, 'Version: 1\n')).problems, ['a paragraph has no Package field']);
  assert.deepEqual((await readAs(dpkg, status, 'Package: a\n')).problems, ['package a has no version']);
  assert.deepEqual((await readAs(dpkg, status, '\0\0\0\0garbage')).problems, ['it names no package']);
  assert.deepEqual((await readAs(dpkg, status, '')).problems, []);
});

test('dpkg: any text gives an answer', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: fc.constantFrom('Package: a', 'Version', ':', '\n', ' ', '\t', '(', ')', 'Source: ') }),
      async (text) => {
        assert.ok((await readAs(dpkg, status, text)).packages !== undefined);
      },
    ),
  );
});
