import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readAs, wants } from '#inventory/catalogers/testing.ts';
import { dotnet } from './cataloger.ts';

const target = '.NETCoreApp,Version=v8.0';

/** A manifest with one target, from what each library is and brings. */
function manifest(libraries: Readonly<Record<string, { type: string; assets?: unknown }>>): string {
  return JSON.stringify({
    runtimeTarget: { name: target, signature: '' },
    targets: {
      'another target': { 'Other/1.0.0': { runtime: { 'Other.dll': {} } } },
      [target]: Object.fromEntries(Object.entries(libraries).map(([key, { assets }]) => [key, assets ?? {}])),
    },
    libraries: Object.fromEntries(Object.entries(libraries).map(([key, { type }]) => [key, { type, sha512: '' }])),
  });
}

test('dotnet reads the packages of an application, and where their files came to lie', async () => {
  const { packages, problems } = await readAs(
    dotnet,
    'app/Shop.deps.json',
    manifest({
      'Shop/1.0.0': { type: 'project', assets: { runtime: { 'Shop.dll': {} } } },
      'Shop.Core/1.0.0': { type: 'project', assets: { runtime: { 'Shop.Core.dll': {} } } },
      'Newtonsoft.Json/12.0.1': {
        type: 'package',
        assets: {
          runtime: { 'lib/netstandard2.0/Newtonsoft.Json.dll': { assemblyVersion: '12.0.0.0' } },
          resources: { 'lib/netstandard2.0/de/Newtonsoft.Json.resources.dll': { locale: 'de' } },
        },
      },
      'SQLitePCLRaw.lib.e_sqlite3/2.1.4': {
        type: 'package',
        assets: { runtimeTargets: { 'runtimes/linux-x64/native/libe_sqlite3.so': { rid: 'linux-x64' } } },
      },
      'Serilog/4.0.0': {
        type: 'package',
        assets: { runtime: { 'lib/net8.0/Serilog.dll': { localPath: 'libs/Serilog.dll' } } },
      },
      'System.Net.Http/4.3.0': { type: 'package' },
      'NETStandard.Library/2.0.3': { type: 'package', assets: { runtime: { 'lib/netstandard1.0/_._': {} } } },
      'System.Runtime.Reference/8.0.0.0': { type: 'reference', assets: { runtime: { 'x.dll': {} } } },
      'runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.14': {
        type: 'runtimepack',
        assets: { native: { 'libclrjit.so': { fileVersion: '0.0.0.0' } } },
      },
    }),
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(packages, [
    { type: 'generic', isOwn: true, name: 'Shop', version: '1.0.0', files: ['app/Shop.dll', 'app/Shop'] },
    {
      type: 'nuget',
      name: 'Newtonsoft.Json',
      version: '12.0.1',
      files: ['app/Newtonsoft.Json.dll', 'app/de/Newtonsoft.Json.resources.dll'],
    },
    {
      type: 'nuget',
      name: 'SQLitePCLRaw.lib.e_sqlite3',
      version: '2.1.4',
      files: ['app/runtimes/linux-x64/native/libe_sqlite3.so'],
    },
    { type: 'nuget', name: 'Serilog', version: '4.0.0', files: ['app/libs/Serilog.dll'] },
    {
      type: 'nuget',
      name: 'Microsoft.NETCore.App.Runtime.linux-x64',
      version: '8.0.14',
      files: ['app/libclrjit.so'],
    },
  ]);
});

test('dotnet reads a framework, which has its folder and the host', async () => {
  const { packages } = await readAs(
    dotnet,
    'usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.4/Microsoft.NETCore.App.deps.json',
    manifest({
      'Microsoft.NETCore.App.Runtime.linux-x64/8.0.4': { type: 'package', assets: { native: { createdump: {} } } },
    }),
  );
  assert.deepEqual(packages, [
    {
      type: 'nuget',
      name: 'Microsoft.NETCore.App.Runtime.linux-x64',
      version: '8.0.4',
      files: [
        'usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.4/createdump',
        'usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.4/',
        'usr/share/dotnet/dotnet',
        'usr/share/dotnet/host/fxr/8.0.4/libhostfxr.so',
      ],
    },
  ]);
});

test('dotnet: without targets every package counts', async () => {
  const { packages } = await readAs(dotnet, 'app/a.deps.json', '{"libraries":{"B/1.0":{"type":"package"}}}');
  assert.deepEqual(packages, [{ type: 'nuget', name: 'B', version: '1.0', files: [] }]);
});

test('dotnet wants dependency manifests only', () => {
  assert.ok(wants(dotnet, 'app/Shop.deps.json'));
  assert.ok(!wants(dotnet, 'app/Shop.runtimeconfig.json'));
  assert.ok(!wants(dotnet, 'app/packages.lock.json'));
});

const damaged = [
  { what: 'an empty file', bytes: '', problems: ['it is empty'] },
  { what: 'no JSON', bytes: '{', problems: ['it is not JSON'] },
  { what: 'another object', bytes: '{"a":1}', problems: ['it has no libraries'] },
  { what: 'a list', bytes: '[]', problems: ['it has no libraries'] },
];

for (const { what, bytes, problems } of damaged) {
  test(`dotnet: ${what} is a problem`, async () => {
    assert.deepEqual(await readAs(dotnet, 'app/a.deps.json', bytes), { problems });
  });
}

test('dotnet: a library without version is a problem, and the rest counts', async () => {
  const { packages, problems } = await readAs(
    dotnet,
    'app/a.deps.json',
    '{"libraries":{"A":{"type":"package"},"B/":{"type":"package"},"C/1.0":7,"D/1.0":{"type":"package"}}}',
  );
  assert.equal(problems?.length, 3);
  assert.deepEqual(
    packages?.map(({ name }) => name),
    ['D'],
  );
});

test('dotnet: any JSON and any bytes give an answer', async () => {
  const key = fc.constantFrom('A/1.0', 'B', '/', '__proto__', 'constructor/1');
  const object = fc.dictionary(key, fc.jsonValue());
  const json = fc.oneof(
    fc.jsonValue(),
    fc.record({ runtimeTarget: fc.jsonValue(), targets: fc.dictionary(fc.string(), object), libraries: object }),
  );
  const bytes = fc.oneof(
    fc.uint8Array(),
    json.map((value) => Buffer.from(JSON.stringify(value))),
  );
  await fc.assert(
    fc.asyncProperty(bytes, async (content) => {
      const { packages = [], problems = [] } = await readAs(dotnet, 'app/a.deps.json', content);
      assert.ok(packages.length + problems.length >= 0);
    }),
  );
});
