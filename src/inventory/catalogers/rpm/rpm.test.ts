import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { FoundPackage } from '#inventory/cataloger.ts';
import { readAs, wants } from '#inventory/catalogers/testing.ts';
import { newFolder } from '#kit/testing.ts';
import { rpm } from './cataloger.ts';
import { buildBerkeley } from './testing-berkeley.ts';

test('rpm wants its databases where they are, and nothing else', () => {
  for (const folder of ['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm'])
    for (const name of ['rpmdb.sqlite', 'rpmdb.sqlite-wal', 'Packages.db', 'Packages'])
      assert.ok(wants(rpm, `${folder}/${name}`), `${folder}/${name}`);
  assert.ok(wants(rpm, 'var/lib/rpmmanifest/container-manifest-2'));
  for (const path of [
    'var/lib/rpm/Index.db',
    'var/lib/rpm/rpmdb.sqlite-shm',
    'srv/root/var/lib/rpm/rpmdb.sqlite',
    'var/lib/rpmmanifest/container-manifest-1',
    'Packages',
  ])
    assert.ok(!wants(rpm, path), path);
});

test('rpm: what is no database is a problem', async () => {
  for (const bytes of ['', 'garbage', '\0'.repeat(8192)])
    assert.deepEqual((await readAs(rpm, 'var/lib/rpm/Packages', bytes)).problems, ['it is no database of rpm']);
});

test('rpm reads the lists of distroless images', async () => {
  const lines = [
    'filesystem 1.1-21.azl3 1737000000 1736000000 Microsoft_Corporation (none) 0 x86_64 0 filesystem-1.1-21.azl3.src.rpm',
    'openssl-libs 3.3.3-1.azl3 1737000000 1736000000 Microsoft_Corporation 1 9 x86_64 1 openssl-3.3.3-1.azl3.src.rpm',
    'tool 1.0-1 1737000000 1736000000 Acme (none) 9 noarch 0 (none)',
    'gpg-pubkey 3135ce90-5e6fda74 1 1 (none) (none) 0 (none) 0 (none)',
    'a line that is none',
  ];
  const text = lines.map((line) => line.replaceAll(' ', '\t').replaceAll('_C', ' C')).join('\n');
  const { packages, problems } = await readAs(rpm, 'var/lib/rpmmanifest/container-manifest-2', text);
  assert.deepEqual(
    packages?.map(({ name, version, source, architecture, vendor }) => [name, version, source, architecture, vendor]),
    [
      ['filesystem', '1.1-21.azl3', { name: 'filesystem', version: '1.1-21.azl3' }, 'x86_64', undefined],
      ['openssl-libs', '1:3.3.3-1.azl3', { name: 'openssl', version: '3.3.3-1.azl3' }, 'x86_64', undefined],
      ['tool', '1.0-1', undefined, 'noarch', 'Acme'],
    ],
  );
  assert.deepEqual(problems, ['1 of its lines name no package']);
});

const specification = `
Name: server
Version: 9.16.23
Release: 18%{?dist}
Epoch: 32
Summary: A package
License: MPLv2.0 and BSD
Vendor: Red Hat, Inc.
ModularityLabel: server:9:8080020230718:abcdef12
BuildArch: noarch
%description
A package.
%package libs
Summary: Files
Epoch: 0
%description libs
Files.
%package -n third-party
Summary: From elsewhere
Version: 2.0~rc1
Vendor: Acme
%description -n third-party
From elsewhere.
%install
mkdir -p %{buildroot}/usr/share/many %{buildroot}/etc
for i in $(seq 30); do echo $i > %{buildroot}/usr/share/many/file-$i; done
echo x > "%{buildroot}/etc/with blank and ü"
%files
/usr/share/many
%files libs
"/etc/with blank and ü"
%files -n third-party
`;

/** What rpm says of a package, in one line. */
const query = '%{NAME}|%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}|%{ARCH}|%{LICENSE}|%{SOURCERPM}|[%{FILENAMES},]\\n';

function described({ name, version, architecture, licenses, source, files = [] }: FoundPackage): string {
  const sourceRpm = `${source?.name}-${source?.version}.src.rpm`;
  return [`${name}|${version}`, architecture, licenses?.[0], sourceRpm, files.map((file) => `/${file},`).join('')].join(
    '|',
  );
}

/** Builds packages and a database of them with rpm itself; nothing if it is not there. */
function buildWithRpm(): string | undefined {
  const folder = newFolder('rpm');
  const top = join(folder, 'top');
  const database = join(folder, 'database');
  mkdirSync(database);
  writeFileSync(join(folder, 'server.spec'), specification);
  const built = spawnSync('rpmbuild', ['--quiet', '-bb', '--define', `_topdir ${top}`, join(folder, 'server.spec')]);
  if (built.status !== 0) return undefined;
  const packages = readdirSync(join(top, 'RPMS', 'noarch')).map((name) => join(top, 'RPMS', 'noarch', name));
  const install = ['--justdb', '--nodeps', '--nosignature', '-i', ...packages];
  return ask(database, 'sqlite', install) === undefined ? undefined : database;
}

/** What rpm prints; nothing if it fails. */
function ask(database: string, backend: string, args: readonly string[]): string | undefined {
  const options = ['--dbpath', database, '--define', `_db_backend ${backend}`, ...args];
  const { status, stdout } = spawnSync('rpm', options, { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}

const missing = 'rpm and rpmbuild (Debian package rpm) are not installed';

test('rpm agrees with rpm about a database that it wrote', async (t) => {
  const database = buildWithRpm();
  const theirs = database === undefined ? undefined : ask(database, 'sqlite', ['-qa', '--qf', query]);
  if (database === undefined || theirs === undefined) return t.skip(missing);
  const { packages = [], problems } = await readAs(
    rpm,
    'var/lib/rpm/rpmdb.sqlite',
    readFileSync(join(database, 'rpmdb.sqlite')),
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(new Set(packages.map(described)), new Set(theirs.trim().split('\n')));
  assert.equal(packages.length, 3);
  assert.deepEqual(new Set(packages.map(({ module }) => module)), new Set(['server:9']));
  assert.equal(packages.find(({ name }) => name === 'third-party')?.vendor, 'Acme');
  assert.equal(packages.find(({ name }) => name === 'server')?.vendor, undefined);
});

test('rpm itself reads Berkeley databases as they are laid out here', async (t) => {
  const database = buildWithRpm();
  if (database === undefined) return t.skip(missing);
  const written = new DatabaseSync(join(database, 'rpmdb.sqlite'), { readOnly: true });
  const rows = written.prepare('SELECT blob FROM Packages').all();
  written.close();
  const headers = rows.map(({ blob }) => Buffer.from(blob instanceof Uint8Array ? blob : []));
  for (const littleEndian of [true, false]) {
    for (const pageSize of [512, 4096]) {
      const bytes = buildBerkeley(headers, pageSize, littleEndian);
      writeFileSync(join(database, 'Packages'), bytes);
      const theirs = ask(database, 'bdb_ro', ['-qa', '--qf', query]);
      if (theirs === undefined) return t.skip('this rpm reads no Berkeley databases');
      const { packages = [] } = await readAs(rpm, 'var/lib/rpm/Packages', bytes);
      assert.deepEqual(new Set(packages.map(described)), new Set(theirs.trim().split('\n')));
      assert.equal(packages.length, 3);
    }
  }
});
