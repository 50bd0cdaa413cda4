import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { inMemory, type RandomAccess } from '#kit/bytes.ts';
import { bytesAt, readElf, sectionOf } from './elf.ts';
import { baseAddress, buildElf } from './testing.ts';

const sections = [
  { name: '.text', bytes: Buffer.from('the code') },
  { name: '.data', bytes: Buffer.from('the data') },
];

for (const wordSize of [4, 8] as const) {
  for (const littleEndian of [true, false]) {
    test(`elf: ${wordSize * 8} bits, ${littleEndian ? 'little' : 'big'} endian`, () => {
      const content = inMemory(buildElf({ wordSize, littleEndian, sections }));
      const elf = readElf(content);
      assert.ok(elf !== undefined);
      assert.equal(elf.wordSize, wordSize);
      assert.equal(elf.littleEndian, littleEndian);
      assert.deepEqual(
        elf.sections.map(({ name }) => name),
        ['', '.text', '.data', '.shstrtab'],
      );
      assert.equal(sectionOf(elf, content, '.data')?.read(0, 100).toString(), 'the data');
      assert.equal(sectionOf(elf, content, '.bss'), undefined);
      assert.deepEqual(elf.segments, [{ offset: 0, size: content.size, address: baseAddress, writable: true }]);
      const { offset = 0 } = elf.sections[1] ?? {};
      assert.equal(bytesAt(elf, content, baseAddress + offset + 4, 4).toString(), 'code');
      assert.equal(bytesAt(elf, content, baseAddress - 1, 4).length, 0);
      assert.equal(bytesAt(elf, content, baseAddress + content.size, 4).length, 0);
      assert.equal(bytesAt(elf, content, baseAddress + content.size - 2, 4).length, 2);
    });
  }
}

test('elf: without section headers the segments are left', () => {
  const elf = readElf(inMemory(buildElf({ sections, sectionHeaders: false })));
  assert.equal(elf?.sections.length, 0);
  assert.equal(elf?.segments.length, 1);
});

const whole = buildElf({ sections });
const notElf: readonly { name: string; bytes: Buffer }[] = [
  { name: 'nothing', bytes: Buffer.alloc(0) },
  { name: 'only the magic number', bytes: whole.subarray(0, 4) },
  { name: 'half a header', bytes: whole.subarray(0, 40) },
  { name: 'another magic number', bytes: changed(whole, [[1, 0]]) },
  { name: 'a class that is none', bytes: changed(whole, [[4, 3]]) },
  { name: 'a byte order that is none', bytes: changed(whole, [[5, 0]]) },
];

for (const { name, bytes } of notElf) {
  test(`elf: ${name} is not ELF`, () => assert.equal(readElf(inMemory(bytes)), undefined));
}

const broken: readonly { name: string; bytes: Buffer }[] = [
  { name: 'a section table behind the end', bytes: changed(whole, [[45, 0xff]]) },
  { name: 'section headers of another size', bytes: changed(whole, [[58, 16]]) },
  { name: 'a name table that is not there', bytes: changed(whole, [[62, 99]]) },
  { name: 'a file that ends before its section table', bytes: whole.subarray(0, 200) },
];

for (const { name, bytes } of broken) {
  test(`elf: ${name} leaves no sections`, () => assert.deepEqual(readElf(inMemory(bytes))?.sections, []));
}

test('elf: a count and an index that do not fit the header stand in the first section', () => {
  const bytes = Buffer.from(whole);
  const table = Number(bytes.readBigUInt64LE(40));
  bytes.writeUInt16LE(0, 60);
  bytes.writeUInt16LE(0xffff, 62);
  bytes.writeBigUInt64LE(4n, table + 32);
  bytes.writeUInt32LE(3, table + 40);
  assert.equal(readElf(inMemory(bytes))?.sections[2]?.name, '.data');
});

test('elf: sections that are only in memory, or lie, have no bytes behind the file', () => {
  const bytes = Buffer.from(whole);
  const table = Number(bytes.readBigUInt64LE(40));
  bytes.writeUInt32LE(8, table + 64 + 4);
  bytes.writeBigUInt64LE(0xffff_ffff_ffff_fff0n, table + 128 + 32);
  const content = inMemory(bytes);
  const elf = readElf(content);
  assert.ok(elf !== undefined);
  assert.equal(sectionOf(elf, content, '.text')?.size, 0);
  assert.ok((sectionOf(elf, content, '.data')?.size ?? Infinity) < bytes.length);
});

test('elf: whatever the headers say, only the file is read, and little of it', () => {
  const value = fc.constantFrom(0, 1, 2, 7, 8, 0x40, 0x7f, 0x80, 0xfe, 0xff);
  const changes = fc.array(fc.tuple(fc.nat(), value), { maxLength: 12 });
  const plans = [4, 8].flatMap((size) => [true, false].map((littleEndian) => ({ size, littleEndian })));
  const originals = plans.map(({ size, littleEndian }) =>
    buildElf({ wordSize: size === 4 ? 4 : 8, littleEndian, sections }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...originals), changes, fc.nat(), (original, list, cut) => {
      const bytes = changed(
        original,
        list.map(([at, byte]) => [at % original.length, byte]),
      );
      const { content, asked } = watched(inMemory(bytes.subarray(0, cut % 3 === 0 ? cut % bytes.length : undefined)));
      const elf = readElf(content);
      for (const { name } of elf?.sections ?? []) {
        if (elf === undefined) continue;
        const section = sectionOf(elf, content, name);
        assert.ok((section?.size ?? 0) <= content.size);
        section?.read(0, section.size);
      }
      if (elf !== undefined) for (const { address } of elf.segments) bytesAt(elf, content, address, 16);
      assert.ok(asked() <= 3 * 2 ** 20, 'no read is larger than the largest table');
    }),
    { numRuns: 2000 },
  );
});

test('elf agrees with readelf about a large program', (t) => {
  const program = process.execPath;
  const { status, stdout } = spawnSync('readelf', ['--section-headers', '--wide', program], { encoding: 'utf8' });
  if (status !== 0) return t.skip('readelf (Debian package binutils) is not installed, or the program is not ELF');
  const rows = stdout.matchAll(/\] (\S+) +(\S+) +[0-9a-f]+ ([0-9a-f]+) ([0-9a-f]+) /g);
  const theirs = [...rows].map(([, name, kind, offset = '', size = '']) => ({
    name,
    offset: Number.parseInt(offset, 16),
    size: kind === 'NOBITS' ? 0 : Number.parseInt(size, 16),
  }));
  assert.ok(theirs.length > 10);
  assert.deepEqual(readElf(openFile(t, program))?.sections.slice(1), theirs);
});

test('elf: whatever is changed in the headers of a real program, little of it is read', (t) => {
  const file = openFile(t, process.execPath);
  if (readElf(file) === undefined) return t.skip('the program that runs this test is not ELF');
  const table = Number(file.read(40, 8).readBigUInt64LE());
  const place = fc.oneof(fc.integer({ min: 4, max: 1000 }), fc.integer({ min: table, max: file.size - 1 }));
  const changes = fc.array(fc.tuple(place, fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(changes, (list) => {
      const { content, asked } = watched({
        size: file.size,
        read(offset, length) {
          const bytes = file.read(offset, length);
          for (const [at, byte] of list) if (at >= offset && at < offset + bytes.length) bytes[at - offset] = byte;
          return bytes;
        },
      });
      readElf(content);
      assert.ok(asked() <= 2 ** 20);
    }),
    { numRuns: 500 },
  );
});

/** A file as far as it is asked for; closed after the test. */
function openFile(t: TestContext, path: string): RandomAccess {
  const file = openSync(path, 'r');
  t.after(() => closeSync(file));
  const { size } = fstatSync(file);
  return {
    size,
    read(offset, length) {
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - offset)));
      return bytes.subarray(0, bytes.length === 0 ? 0 : readSync(file, bytes, 0, bytes.length, offset));
    },
  };
}

function changed(original: Buffer, changes: readonly (readonly [at: number, byte: number])[]): Buffer {
  const bytes = Buffer.from(original);
  for (const [at, byte] of changes) bytes[at] = byte;
  return bytes;
}

/** The same content, which keeps the largest length that was asked of it. */
function watched(content: RandomAccess): { content: RandomAccess; asked: () => number } {
  let largest = 0;
  return {
    asked: () => largest,
    content: {
      size: content.size,
      read(offset, length) {
        assert.ok(offset >= 0 && length >= 0, 'offset and length are not negative');
        largest = Math.max(largest, length);
        return content.read(offset, length);
      },
    },
  };
}
