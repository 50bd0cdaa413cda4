import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Reading } from '#inventory/cataloger.ts';
import { readAs, wants } from '#inventory/catalogers/testing.ts';
import { buildElf } from '#inventory/elf/testing.ts';
import { hasSymbol } from '#inventory/symbols.ts';
import { goBinary } from './cataloger.ts';
import { buildGoProgram, type GoPlan } from './testing.ts';

const path = 'usr/bin/tool';

function read(plan: GoPlan): Promise<Reading> {
  return readAs(goBinary, path, buildGoProgram(plan), 'elf');
}

async function list(plan: GoPlan): Promise<string[] | undefined> {
  return (await read(plan)).packages?.map(({ name, version }) => `${name}@${version}`);
}

const modules = [
  'path example.org/tool/cmd/tool',
  'mod example.org/tool (devel)',
  'dep github.com/spf13/cobra v1.8.0 h1:sum=',
  'dep golang.org/x/net v0.17.0',
  '=> golang.org/x/net v0.33.0 h1:sum=',
  'dep example.org/api v0.0.0',
  '=> ./staging/api (devel)',
  'dep example.org/other v1.0.0',
  '=> github.com/fork/other v1.0.1',
  'build -compiler=gc',
  'build vcs.revision=0123',
];
const expected = [
  'example.org/tool@(devel)',
  'github.com/spf13/cobra@v1.8.0',
  'golang.org/x/net@v0.33.0',
  'example.org/api@(devel)',
  'github.com/fork/other@v1.0.1',
  'stdlib@1.22.3',
];

for (const wordSize of [4, 8] as const) {
  for (const littleEndian of [true, false]) {
    for (const inline of [true, false]) {
      for (const sectionHeaders of [true, false]) {
        const order = littleEndian ? 'little' : 'big';
        const layout = inline ? 'follow' : 'are pointed to';
        const found = sectionHeaders ? 'in its section' : 'by its magic number';
        test(`go-binary: ${wordSize} bytes, ${order} endian, texts that ${layout}, found ${found}`, async () => {
          assert.deepEqual(await list({ modules, wordSize, littleEndian, inline, sectionHeaders }), expected);
        });
      }
    }
  }
}

const versions = [
  { goVersion: 'go1.22.3', is: '1.22.3' },
  { goVersion: 'go1.21', is: '1.21' },
  { goVersion: 'go1.22rc1', is: '1.22rc1' },
  { goVersion: 'go1.21.0 X:boringcrypto,loopvar', is: '1.21.0' },
  { goVersion: 'go1.20.5-bigcorp', is: '1.20.5' },
  { goVersion: 'devel go1.23-9b43bfbc51 Thu Jun 13 18:10:09 2024 +0000', is: '(devel)' },
];

for (const { goVersion, is } of versions) {
  test(`go-binary: ${goVersion} has the standard library ${is}`, async () => {
    assert.deepEqual(await list({ goVersion }), [`stdlib@${is}`]);
  });
}

test('go-binary: a program is understood if all of its code has a version', async () => {
  const claimed = async (plan: GoPlan) => (await read(plan)).packages?.every(({ files }) => files?.[0] === path);
  const own = ['runtime.main', 'fmt.Println', 'main.main', 'vendor/golang.org/x/net/dns.f'];
  assert.equal(await claimed({ modules }), true);
  assert.equal(await claimed({ modules, functions: own }), true);
  assert.equal(await claimed({ functions: own }), true);
  assert.equal(await claimed({ functions: [...own, 'github.com/spf13/cobra.OnInitialize'] }), false);
  assert.equal(await claimed({}), false);
});

const functions = [
  'runtime.main',
  'main.main',
  'main.(*server).run.func1',
  'net/http.(*Server).Serve',
  'github.com/spf13/cobra.(*Command).Execute-fm',
  'github.com/spf13/cobra.init.0',
  'github.com/spf13/cobra/doc.GenMan.func2.1',
  'golang.org/x/net/http2.ConfigureServer.gowrap3',
  'golang.org/x/net/http2.SettingID.String',
  'golang.org/x/net/html.Map[go.shape.struct { a example.org/x/y.Z; b []int }].Get.deferwrap1',
  'golang.org/x/net/html.(*List[go.shape.int]).Push',
  'golang.org/x/net/html.Sort[...]',
  'golang.org/x/net/v%2e1.Open',
  'github.com/spf13/cobrax.Foreign',
  'example.org/other/sub.Do',
  'example.org/tool/internal/glob..func1',
  'type:.eq.github.com/spf13/cobra/never.T',
  'type..eq.github.com/spf13/cobra/never.U',
  'go.(*struct { sync.Mutex }).Lock',
  'crosscall1',
];
const questions: readonly [owner: string, importPath: string, symbol: string | undefined, answer: string][] = [
  ['example.org/tool', 'example.org/tool/cmd/tool', 'main', 'yes'],
  ['example.org/tool', 'example.org/tool/cmd/tool', 'server.run', 'yes'],
  ['example.org/tool', 'example.org/tool/cmd/tool', 'server.stop', 'no'],
  ['example.org/tool', 'example.org/tool/internal', 'glob', 'no'],
  ['example.org/tool', 'example.org/tool/internal/glob', undefined, 'yes'],
  ['stdlib', 'net/http', 'Server.Serve', 'yes'],
  ['stdlib', 'net/http', 'Server.Close', 'no'],
  ['stdlib', 'net/http', undefined, 'yes'],
  ['stdlib', 'net/smtp', undefined, 'no'],
  ['github.com/spf13/cobra', 'github.com/spf13/cobra', 'Command.Execute', 'yes'],
  ['github.com/spf13/cobra', 'github.com/spf13/cobra', 'init', 'yes'],
  ['github.com/spf13/cobra', 'github.com/spf13/cobra/doc', 'GenMan', 'yes'],
  ['github.com/spf13/cobra', 'github.com/spf13/cobra/never', undefined, 'no'],
  ['golang.org/x/net', 'golang.org/x/net/http2', 'ConfigureServer', 'yes'],
  ['golang.org/x/net', 'golang.org/x/net/http2', 'SettingID.String', 'yes'],
  ['golang.org/x/net', 'golang.org/x/net/http2', 'SettingID', 'no'],
  ['golang.org/x/net', 'golang.org/x/net/html', 'Map.Get', 'yes'],
  ['golang.org/x/net', 'golang.org/x/net/html', 'List.Push', 'yes'],
  ['golang.org/x/net', 'golang.org/x/net/html', 'Sort', 'yes'],
  ['golang.org/x/net', 'golang.org/x/net/v.1', 'Open', 'yes'],
  // Advisories know the code of a replaced module by its own path.
  ['github.com/fork/other', 'github.com/fork/other/sub', 'Do', 'yes'],
  ['example.org/api', 'example.org/api', undefined, 'no'],
];

for (const tableMagic of [0xfffffffa, 0xfffffff0, 0xfffffff1]) {
  for (const [wordSize, littleEndian] of [
    [8, true],
    [8, false],
    [4, false],
  ] as const) {
    for (const tableSection of ['.gopclntab', '.data.rel.ro']) {
      const table = `${tableMagic.toString(16)}, ${wordSize * 8} bits ${littleEndian ? 'LE' : 'BE'}, ${tableSection}`;
      test(`go-binary keeps which functions a program has (${table})`, async () => {
        const plan = { modules, functions, tableMagic, wordSize, littleEndian, tableSection };
        const { packages = [] } = await read(plan);
        for (const [owner, importPath, symbol, answer] of questions) {
          const { symbols } = packages.find(({ name }) => name === owner) ?? {};
          assert.equal(hasSymbol(symbols, importPath, symbol), answer, `${importPath} ${symbol}`);
        }
      });
    }
  }
}

const tableless: readonly { name: string; plan: GoPlan }[] = [
  { name: 'there is none', plan: {} },
  { name: 'it is of Go 1.15', plan: { functions, tableMagic: 0xfffffffb } },
  { name: 'its names are scrambled', plan: { functions: ['a1b2.main', 'c3d4.(*e5).f6'] } },
];

for (const { name, plan } of tableless) {
  test(`go-binary does not know which functions a program has if ${name}`, async () => {
    const { packages = [] } = await read({ modules, ...plan });
    assert.ok(packages.length > 0);
    for (const { symbols } of packages) assert.equal(hasSymbol(symbols, 'net/http', 'Server.Serve'), 'unknown');
  });
}

test('go-binary says nothing of other programs, and wants nothing else', async () => {
  const plain = buildElf({ sections: [{ name: '.text', bytes: Buffer.alloc(64) }] });
  assert.deepEqual(await readAs(goBinary, path, plain, 'elf'), {});
  assert.deepEqual(await readAs(goBinary, path, 'not even that', 'elf'), {});
  for (const nature of ['script', 'zip', 'other', 'unknown'] as const) assert.ok(!wants(goBinary, path, nature));
});

test('go-binary takes a packed program for what it is: unknown', async () => {
  // UPX leaves no sections, and bytes that do not repeat as they were: also a magic number, even at an aligned place.
  const packed = Buffer.alloc(4096, 0xa7);
  for (const at of [5, 160, 512]) packed.write('\xff Go buildinf:', at, 'latin1');
  packed.write('UPX!', 4000);
  const bytes = buildElf({ sections: [{ name: 'UPX1', bytes: packed }], sectionHeaders: false });
  assert.deepEqual(await readAs(goBinary, path, bytes, 'elf'), {});
});

test('go-binary: the block is aligned in memory, wherever the data begins', async () => {
  const bytes = buildGoProgram({ modules, sectionHeaders: false });
  // The first segment begins 8 bytes later, in the file and in memory.
  for (const field of [72, 80]) bytes.writeBigUInt64LE(bytes.readBigUInt64LE(field) + 8n, field);
  assert.equal((await readAs(goBinary, path, bytes, 'elf')).packages?.length, expected.length);
});

test('go-binary: damaged build information is a problem', async () => {
  const whole = buildGoProgram({ modules });
  const at = whole.indexOf('go1.22.3');
  for (const [offset, bytes] of [
    [at, 'xx'],
    [at - 1, '\x7f\x7f'],
    [at + 8, '\xff\xff\xff\xff\x7f'],
    [at - 33, 'no magic'],
  ] as const) {
    const changed = Buffer.from(whole);
    changed.write(bytes, offset, 'latin1');
    const reading = await readAs(goBinary, path, changed, 'elf');
    assert.deepEqual(reading, { problems: ['its Go build information is damaged'] }, `${offset - at}`);
  }
  const { problems, packages } = await read({ modules: ['=> nothing v1', 'dep a v1', 'dep a v2', 'dep', 'mod'] });
  assert.deepEqual(problems, ['a line of its Go build information cannot be understood']);
  assert.deepEqual(
    packages?.map(({ name }) => name),
    ['a', 'stdlib'],
  );
});

test('go-binary: any change of any byte gives an answer, and no more than the file can hold', async () => {
  const originals = [true, false].map((inline) => buildGoProgram({ modules, functions, inline }));
  const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...originals), changes, fc.nat(), async (original, edits, cut) => {
      const changed = Buffer.from(original);
      for (const [at, value] of edits) changed[at % changed.length] = value;
      const { packages = [] } = await readAs(
        goBinary,
        path,
        changed.subarray(0, cut % 4 === 0 ? cut : undefined),
        'elf',
      );
      assert.ok(packages.length <= modules.length + 1);
    }),
    { numRuns: 500 },
  );
});

test('go-binary: names made to cost time are bounded', async () => {
  const deep = Array.from({ length: 2000 }, (_, index) => `a.b/${'x/'.repeat(120)}${index}.F`);
  const long = ['y'.repeat(1 << 20), `${'/'.repeat(1 << 20)}.F`, `a.${'['.repeat(1 << 20)}`];
  const start = performance.now();
  const { packages } = await read({ modules, functions: ['runtime.main', ...deep, ...long] });
  assert.ok((packages?.length ?? 0) > 0);
  assert.ok(performance.now() - start < 2000);
  const many = Array.from({ length: 30_000 }, (_, index) => `p${index}.F`);
  const flooded = await read({ modules, functions: ['runtime.main', ...many] });
  assert.ok(flooded.packages?.every(({ symbols }) => symbols === undefined));
});

test('go-binary agrees with the toolchain of Go about its own programs', async (t) => {
  const go = (...args: string[]) => spawnSync('go', args, { encoding: 'utf8', maxBuffer: 64 << 20 });
  const root = go('env', 'GOROOT').stdout?.trim();
  if (root === undefined || root === '') return t.skip('the toolchain of Go is not installed');
  const program = join(root, 'bin', 'gofmt');
  const { packages = [] } = await readAs(goBinary, path, readFileSync(program), 'elf');
  const version = /: go(\S+)/.exec(go('version', program).stdout)?.[1];
  assert.deepEqual(
    packages.map(({ name, version: found }) => `${name}@${found}`),
    [`stdlib@${version}`],
  );
  const text = go('tool', 'nm', program).stdout;
  const defined = [...text.matchAll(/^ *[0-9a-f]+ [Tt] ([a-z/]+)\.(?:\(\*(\w+)\)\.)?(\w+)$/gm)];
  assert.ok(defined.length > 1000);
  const missing = defined.filter(([, importPath = '', type, name = '']) => {
    const owner = importPath === 'main' ? 'cmd/gofmt' : importPath;
    return hasSymbol(packages[0]?.symbols, owner, type === undefined ? name : `${type}.${name}`) !== 'yes';
  });
  // The linker's marks for where code begins and ends are no functions.
  const marks = new Set(['runtime.etext', 'runtime.text']);
  assert.deepEqual(
    missing.map(([line]) => line.split(' ').at(-1) ?? '').filter((name) => !marks.has(name)),
    [],
  );
});

test('go-binary: any change of the headers of a real program gives an answer', async (t) => {
  const root = spawnSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).stdout?.trim();
  if (root === undefined || root === '') return t.skip('the toolchain of Go is not installed');
  const original = readFileSync(join(root, 'bin', 'gofmt'));
  const block = original.indexOf('\xff Go buildinf:', 0, 'latin1');
  const table = Number(original.readBigUInt64LE(40));
  const places = fc.oneof(
    fc.integer({ min: 4, max: 1000 }),
    fc.integer({ min: table, max: original.length - 1 }).map((at) => Math.min(at, table + 4000)),
    fc.integer({ min: block, max: block + 200 }),
  );
  const changes = fc.array(fc.tuple(places, fc.constantFrom(0, 1, 8, 0x7f, 0x80, 0xff)), {
    minLength: 1,
    maxLength: 8,
  });
  const bytes = Buffer.from(original);
  await fc.assert(
    fc.asyncProperty(changes, async (edits) => {
      for (const [at, value] of edits) bytes[at] = value;
      const { packages = [], problems = [] } = await readAs(goBinary, path, bytes, 'elf');
      assert.ok(packages.length <= 2 && problems.length <= 1);
      for (const [at] of edits) bytes[at] = original[at] ?? 0;
    }),
    { numRuns: 200 },
  );
});
