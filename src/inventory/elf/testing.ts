/** What a test wants to be in an ELF file. */
export interface ElfPlan {
  readonly wordSize?: 4 | 8;
  readonly littleEndian?: boolean;
  readonly sections?: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** Whether the file keeps its section headers; without them only segments tell where bytes are. */
  readonly sectionHeaders?: boolean;
}

/** Where {@link buildElf} maps the file: address = offset + this. */
export const baseAddress = 0x400000;

const alignment = 64;

/**
 * Lays out a small ELF file: header, one writable segment that maps the whole file, the sections, their names and their
 * headers. The sections start where {@link sectionOffsets} says.
 */
export function buildElf({ wordSize = 8, littleEndian = true, sections = [], sectionHeaders = true }: ElfPlan): Buffer {
  const put = fieldWriter(wordSize, littleEndian);
  const [headerSize, segmentSize, sectionSize] = wordSize === 4 ? [52, 32, 40] : [64, 56, 64];
  const offsets = sectionOffsets(sections.map(({ bytes }) => bytes.length));
  const names = Buffer.from(['', ...sections.map(({ name }) => name), '.shstrtab', ''].join('\0'));
  const namesStart = offsets.end;
  const tableStart = align(namesStart + names.length);
  const count = sections.length + 2;
  const file = Buffer.alloc(tableStart + count * sectionSize);

  file.set([0x7f, 0x45, 0x4c, 0x46, wordSize / 4, littleEndian ? 1 : 2, 1]);
  put.half(file, 16, 2);
  put.int(file, 20, 1);
  put.words(file, wordSize === 4 ? 28 : 32, [headerSize, sectionHeaders ? tableStart : 0]);
  const counts = [headerSize, segmentSize, 1, sectionSize, sectionHeaders ? count : 0, sectionHeaders ? count - 1 : 0];
  for (const [index, value] of counts.entries()) put.half(file, (wordSize === 4 ? 40 : 52) + 2 * index, value);

  put.int(file, headerSize, 1);
  const flags = 6;
  put.int(file, headerSize + (wordSize === 4 ? 24 : 4), flags);
  const place = [0, baseAddress, baseAddress, file.length, file.length];
  put.words(file, headerSize + (wordSize === 4 ? 4 : 8), place);

  let nameStart = 1;
  function describe(index: number, name: string, offset: number, size: number): void {
    const row = tableStart + index * sectionSize;
    put.int(file, row, nameStart);
    put.int(file, row + 4, 1);
    put.words(file, row + (wordSize === 4 ? 12 : 16), [baseAddress + offset, offset, size]);
    nameStart += name.length + 1;
  }
  for (const [index, { name, bytes }] of sections.entries()) {
    const offset = offsets.starts[index] ?? 0;
    file.set(bytes, offset);
    describe(index + 1, name, offset, bytes.length);
  }
  file.set(names, namesStart);
  describe(count - 1, '.shstrtab', namesStart, names.length);
  return sectionHeaders ? file : file.subarray(0, namesStart);
}

/** Where sections of these lengths begin. */
export function sectionOffsets(lengths: readonly number[]): {
  readonly starts: readonly number[];
  readonly end: number;
} {
  let end = 2 * alignment;
  const starts = lengths.map((length) => {
    const start = end;
    end = align(start + length);
    return start;
  });
  return { starts, end };
}

function align(offset: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

function fieldWriter(wordSize: 4 | 8, littleEndian: boolean) {
  const half = (bytes: Buffer, at: number, value: number) =>
    littleEndian ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  const int = (bytes: Buffer, at: number, value: number) =>
    littleEndian ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  function words(bytes: Buffer, at: number, values: readonly number[]): void {
    for (const [index, value] of values.entries()) {
      const start = at + index * wordSize;
      int(bytes, start + (wordSize === 8 && !littleEndian ? 4 : 0), value);
    }
  }
  return { half, int, words };
}
