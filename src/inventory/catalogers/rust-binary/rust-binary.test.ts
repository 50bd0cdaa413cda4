import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { buildElf } from '#inventory/elf/testing.ts';
import { readAs, wants } from '#inventory/catalogers/testing.ts';
import { rustBinary } from './cataloger.ts';

const path = 'usr/local/bin/tool';

/** A program whose section `.dep-v0` has these bytes. */
function program(bytes: Uint8Array): Buffer {
  return buildElf({
    sections: [
      { name: '.text', bytes: Buffer.alloc(32, 0x90) },
      { name: '.dep-v0', bytes },
    ],
  });
}

function listing(list: unknown): Buffer {
  return program(deflateSync(JSON.stringify(list)));
}

test('rust-binary reads the crates, the root too, and leaves out what only built it', async () => {
  const reading = await readAs(
    rustBinary,
    path,
    listing({
      packages: [
        { name: 'cc', version: '1.0.83', source: 'crates.io', kind: 'build' },
        { name: 'serde', version: '1.0.197', source: 'crates.io', dependencies: [0] },
        { name: 'forked', version: '0.2.0-rc.1', source: 'git', kind: 'runtime' },
        { name: 'tool', version: '0.1.0', source: 'local', dependencies: [1, 2], root: true },
      ],
    }),
    'elf',
  );
  assert.deepEqual(reading.problems, []);
  assert.deepEqual(reading.packages, [
    { type: 'cargo', name: 'serde', version: '1.0.197', files: [path] },
    { type: 'cargo', name: 'forked', version: '0.2.0-rc.1', files: [path] },
    { type: 'cargo', name: 'tool', version: '0.1.0', files: [path] },
  ]);
});

test('rust-binary says nothing of other programs, and wants nothing else', async () => {
  const other = buildElf({ sections: [{ name: '.text', bytes: Buffer.alloc(8) }] });
  assert.deepEqual(await readAs(rustBinary, path, other, 'elf'), {});
  assert.deepEqual(await readAs(rustBinary, path, buildElf({ sectionHeaders: false }), 'elf'), {});
  assert.deepEqual(await readAs(rustBinary, path, 'no program at all', 'elf'), {});
  for (const nature of ['script', 'zip', 'other', 'unknown'] as const) assert.ok(!wants(rustBinary, path, nature));
});

const whole = deflateSync(JSON.stringify({ packages: [] }));
const damaged: readonly { name: string; bytes: Uint8Array; problem: RegExp }[] = [
  { name: 'garbage', bytes: Buffer.from('garbage'), problem: /cannot be decompressed/ },
  { name: 'nothing', bytes: Buffer.alloc(0), problem: /cannot be decompressed/ },
  { name: 'a part', bytes: whole.subarray(0, whole.length - 8), problem: /cannot be decompressed/ },
  { name: 'a bomb', bytes: deflateSync(Buffer.alloc(16 << 20)), problem: /cannot be decompressed/ },
  { name: 'too much', bytes: Buffer.alloc(5 << 20), problem: /too large/ },
  { name: 'no JSON', bytes: deflateSync('{'), problem: /is not one/ },
  { name: 'other JSON', bytes: deflateSync('[1]'), problem: /is not one/ },
  { name: 'crates without names', bytes: deflateSync('{"packages":[{},7,null]}'), problem: /no name/ },
];

for (const { name, bytes, problem } of damaged) {
  test(`rust-binary: ${name} instead of a list is a problem`, async () => {
    const { packages = [], problems } = await readAs(rustBinary, path, program(bytes), 'elf');
    assert.equal(packages.length, 0);
    assert.equal(problems?.length, 1);
    assert.match(problems[0] ?? '', problem);
  });
}

test('rust-binary: any change of any byte gives an answer', async () => {
  const original = listing({ packages: [{ name: 'serde', version: '1.0.197' }] });
  const changes = fc.array(fc.tuple(fc.nat(original.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(changes, async (list) => {
      const changed = Buffer.from(original);
      for (const [at, value] of list) changed[at] = value;
      await readAs(rustBinary, path, changed, 'elf');
    }),
  );
});
