import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAs, wants } from '#inventory/catalogers/testing.ts';
import { apk } from './cataloger.ts';

const installed = 'lib/apk/db/installed';

test('apk reads a package with its origin, licence and files', async () => {
  const { packages, problems } = await readAs(
    apk,
    installed,
    `C:Q1abc=
P:libcrypto3
V:3.3.1-r3
A:x86_64
S:1
I:2
T:Crypto library from openssl
U:https://www.openssl.org/
L:Apache-2.0
o:openssl
m:A. Maintainer <a@example.org>
t:1720000000
F:etc
R:hosts
F:usr/lib
R:libcrypto.so.3
a:0:0:755
Z:Q1xyz=
F:
R:at-the-root

P:musl
V:1.2.5-r0

`,
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(packages, [
    {
      type: 'apk',
      name: 'libcrypto3',
      version: '3.3.1-r3',
      source: { name: 'openssl' },
      architecture: 'x86_64',
      licenses: ['Apache-2.0'],
      files: ['etc/hosts', 'usr/lib/libcrypto.so.3', 'at-the-root'],
    },
    {
      type: 'apk',
      name: 'musl',
      version: '1.2.5-r0',
      source: { name: 'musl' },
      architecture: undefined,
      licenses: [],
      files: [],
    },
  ]);
});

test('apk finds the database at its old and new place', () => {
  assert.ok(wants(apk, 'usr/lib/apk/db/installed'));
  assert.ok(!wants(apk, 'srv/rootfs/lib/apk/db/installed'));
});

test('apk: damaged databases are problems', async () => {
  assert.deepEqual((await readAs(apk, installed, 'V:1\n\n')).problems, [
    'a package has no name or no version: P: missing',
  ]);
  assert.deepEqual((await readAs(apk, installed, 'garbage')).problems, ['it names no package']);
});
