import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { inMemory } from '#kit/bytes.ts';
import { zip, type ZipOptions } from './testing.ts';
import { openEntry } from './content.ts';
import { readDirectory } from './directory.ts';

const limits = { entries: 1000, directoryBytes: 1 << 20 };

const sources = [
  { name: 'folder/', stored: true },
  { name: 'folder/a.txt', content: 'a'.repeat(1000) },
  { name: 'b\\ü.txt', content: 'stored', stored: true },
];

/** Names and contents, as read. */
function readAll(bytes: Buffer, most = 1 << 20) {
  const archive = inMemory(bytes);
  const { entries, problem } = readDirectory(archive, limits);
  const contents = entries.map((entry) => {
    const content = openEntry(archive, entry, most);
    return [entry.name, content.bytes?.read(0, most).toString() ?? content.problem];
  });
  return { contents, problem };
}

const expected = [
  ['folder/', ''],
  ['folder/a.txt', 'a'.repeat(1000)],
  ['b/ü.txt', 'stored'],
];

const forms: readonly { what: string; options: ZipOptions }[] = [
  { what: 'plain', options: {} },
  { what: 'with a comment', options: { comment: 'a comment' } },
  { what: 'with a comment that looks like the end', options: { comment: 'PK\u0005\u0006'.padEnd(40, 'x') } },
  { what: 'behind a script, offsets from the archive', options: { before: '#!/bin/sh\nexec java -jar "$0"\n' } },
  { what: 'behind a script, offsets from the file', options: { before: '#!/bin/sh\n', adjusted: true } },
  { what: 'before padding', options: { after: Buffer.alloc(100) } },
  { what: 'zip64', options: { zip64: true } },
  { what: 'zip64 behind a script', options: { zip64: true, before: '#!/bin/sh\n' } },
  { what: 'zip64 behind a script, offsets from the file', options: { zip64: true, before: 'x', adjusted: true } },
];

for (const { what, options } of forms) {
  test(`zip: an archive that is ${what}`, () => {
    assert.deepEqual(readAll(zip(sources, options)), { contents: expected, problem: undefined });
  });
}

test('zip: what the builder makes, unzip takes', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bulla-zip-'));
  try {
    for (const [i, options] of [{}, { zip64: true }].entries()) {
      writeFileSync(join(folder, `${i}.zip`), zip(sources.slice(0, 2), options));
      execFileSync('unzip', ['-tqq', join(folder, `${i}.zip`)]);
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return t.skip('unzip is not installed');
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const deflated = { name: 'a', content: 'a'.repeat(5000) };

const hostile = [
  { what: 'encrypted', source: { ...deflated, says: { flags: 1 } }, problem: 'it is encrypted' },
  { what: 'strongly encrypted', source: { ...deflated, says: { flags: 0x40 } }, problem: 'it is encrypted' },
  {
    what: 'of another method',
    source: { ...deflated, says: { method: 14 } },
    problem: "it is compressed by method 14, which is not one of zip's usual ones",
  },
  {
    what: 'larger than it says',
    source: { ...deflated, says: { size: 4000 } },
    problem: 'it is damaged, or has more bytes than it says',
  },
  {
    what: 'said to be huge',
    source: { ...deflated, says: { size: 0xfffffffe } },
    problem: 'it has 4294967294 bytes, too many',
  },
  {
    what: 'cut',
    source: { ...deflated, says: { compressedSize: 3 } },
    problem: 'it is damaged, or has more bytes than it says',
  },
  {
    what: 'longer than the file',
    source: { ...deflated, says: { compressedSize: 99_999 } },
    problem: 'a part of it is missing',
  },
  { what: 'elsewhere', source: { ...deflated, says: { offset: 7 } }, problem: 'it does not lie where it should' },
  {
    what: 'behind the end',
    source: { ...deflated, says: { offset: 99_999 } },
    problem: 'it does not lie where it should',
  },
];

for (const { what, source, problem } of hostile) {
  test(`zip: an entry that is ${what}`, () => {
    assert.deepEqual(readAll(zip([source, { name: 'b', content: 'b' }])).contents, [
      ['a', problem],
      ['b', 'b'],
    ]);
  });
}

test('zip: a directory that is damaged gives what it had until then', () => {
  const bytes = zip([{ name: 'first' }, { name: 'second' }]);
  bytes.writeUInt32LE(0, bytes.lastIndexOf(Buffer.from('PK\u0001\u0002')));
  const { contents, problem } = readAll(bytes);
  assert.deepEqual(contents, [['first', '']]);
  assert.equal(problem, 'its directory is damaged');
});

test('zip: no archive at all', () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from('PK\u0003\u0004'), Buffer.alloc(70_000, 'PK\u0005\u0006')]) {
    assert.deepEqual(readAll(bytes), { contents: [], problem: 'it is not a zip archive, or its end is missing' });
  }
});

test('zip: an archive without entries', () => {
  assert.deepEqual(readAll(zip([])), { contents: [], problem: undefined });
});

test('zip: any bytes, and any change of an archive, give an answer', () => {
  const change = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 });
  fc.assert(
    fc.property(fc.uint8Array(), fc.boolean(), change, (random, zip64, changes) => {
      readAll(Buffer.from(random));
      const bytes = zip(sources, { zip64 });
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      const { contents } = readAll(bytes, 10_000);
      assert.ok(contents.every(([, content]) => content !== undefined && content.length <= 10_000));
    }),
  );
});
