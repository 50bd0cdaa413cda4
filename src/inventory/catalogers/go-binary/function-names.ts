import { slice, type RandomAccess } from '#kit/bytes.ts';
import { sectionOf, type Elf } from '#inventory/elf/elf.ts';

/**
 * The names of all functions of a Go program, each followed by a zero byte; those that were inlined everywhere too. They are in
 * the table by which the runtime prints stack traces (`pclntab`), and so survive stripping.
 *
 * @returns nothing if there is no such table, or one of Go before 1.16, which has no part with all the names
 */
export function readFunctionNames(elf: Elf, content: RandomAccess): Buffer | undefined {
  for (const name of ['.gopclntab', '.data.rel.ro.gopclntab']) {
    const section = sectionOf(elf, content, name);
    if (section !== undefined) return readTable(elf, section);
  }
  // Foreign linkers put the table of position-independent programs in with other data.
  const merged = sectionOf(elf, content, '.data.rel.ro');
  return merged === undefined ? undefined : searchTable(elf, merged);
}

const limits = {
  /** The names of the largest real programs have some 20 MB. */
  nameBytes: 64 << 20,
  searchedBytes: 256 << 20,
};

/** The header's magic number, and which of its words say where names begin and end (Go's source, `debug/gosym`). */
const versions: ReadonlyMap<number, { readonly start: number; readonly end: number }> = new Map([
  [0xfffffffa, { start: 2, end: 3 }],
  [0xfffffff0, { start: 3, end: 4 }],
  [0xfffffff1, { start: 3, end: 4 }],
]);

const headerBytes = 8 + 8 * 8;

function searchTable(elf: Elf, data: RandomAccess): Buffer | undefined {
  const bytes = data.read(0, Math.min(data.size, limits.searchedBytes));
  for (const magic of versions.keys()) {
    const mark = Buffer.alloc(6);
    if (elf.littleEndian) mark.writeUInt32LE(magic);
    else mark.writeUInt32BE(magic);
    for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) {
      const names = at % elf.wordSize === 0 ? readTable(elf, slice(data, at, data.size - at)) : undefined;
      if (names !== undefined) return names;
    }
  }
  return undefined;
}

function readTable({ littleEndian, wordSize }: Elf, table: RandomAccess): Buffer | undefined {
  const header = table.read(0, headerBytes);
  if (header.length < headerBytes) return undefined;
  const int = (at: number) => (littleEndian ? header.readUInt32LE(at) : header.readUInt32BE(at));
  const version = versions.get(int(0));
  const isHeader = header[4] === 0 && header[5] === 0 && header[7] === wordSize;
  if (version === undefined || !isHeader) return undefined;

  // Tables of 4 GB and more are none, so that the low half of a word is enough; the high one must be empty.
  const low = littleEndian || wordSize === 4 ? 0 : 4;
  const word = (index: number) => {
    const at = 8 + index * wordSize;
    return wordSize === 8 && int(at + 4 - low) !== 0 ? Infinity : int(at + low);
  };
  const [start, end] = [word(version.start), word(version.end)];
  if (start < 8 || start >= end || end > table.size || end - start > limits.nameBytes) return undefined;
  const names = table.read(start, end - start);
  // Every program has this one; where it is missing, the names were scrambled, and a missing name means nothing.
  return names.includes('\0runtime.main\0') ? names : undefined;
}
