import { slice, type RandomAccess } from '#kit/bytes.ts';

/** What the headers of a program or library say (System V ABI, "Object Files" and "Program Loading"). */
export interface Elf {
  /** Bytes of a machine word: 4 or 8. */
  readonly wordSize: 4 | 8;
  readonly littleEndian: boolean;
  /** In the order of the file; none if it was stripped of them. */
  readonly sections: readonly Section[];
  readonly segments: readonly Segment[];
}

/** A stretch of the file with a name, as linkers and debuggers see it. */
interface Section {
  readonly name: string;
  readonly offset: number;
  /** Bytes in the file; 0 for a section that only memory has, such as `.bss`. */
  readonly size: number;
}

/** A stretch of the file that is mapped to memory (PT_LOAD). */
interface Segment {
  readonly offset: number;
  /** Bytes in the file; what memory has more is zero. */
  readonly size: number;
  /** Where it is mapped. Above 2^53 it is not exact, which no program for users needs. */
  readonly address: number;
  readonly writable: boolean;
}

/**
 * Reads the headers of an ELF file: its own, the segments and the sections. Costs four short reads, whatever the file's size.
 * Offsets and sizes are as the file states them, and may lie; {@link sectionOf} and {@link bytesAt} never leave the file.
 *
 * @returns nothing if it is not ELF or its first header is not whole
 */
export function readElf(content: RandomAccess): Elf | undefined {
  const known = headers.get(content);
  if (known !== undefined) return known;
  const elf = readHeaders(content);
  if (elf !== undefined) headers.set(content, elf);
  return elf;
}

/** Several catalogers look at each program, one after the other. */
const headers = new WeakMap<RandomAccess, Elf>();

function readHeaders(content: RandomAccess): Elf | undefined {
  const head = content.read(0, 64);
  const wordSize = wordSizes.get(head[4]);
  const byteOrder = head[5];
  if (wordSize === undefined || head.length < layouts[wordSize].headerSize || head.readUInt32BE(0) !== 0x7f454c46)
    return undefined;
  if (byteOrder !== 1 && byteOrder !== 2) return undefined;
  const layout = layouts[wordSize];
  const read = fieldReader(wordSize, byteOrder === 1);
  return {
    wordSize,
    littleEndian: byteOrder === 1,
    sections: readSections(content, head, layout, read),
    segments: readSegments(content, head, layout, read),
  };
}

/** The content of the first section of that name, as far as the file has it. */
export function sectionOf(elf: Elf, content: RandomAccess, name: string): RandomAccess | undefined {
  const section = elf.sections.find((candidate) => candidate.name === name);
  return section === undefined ? undefined : slice(content, section.offset, section.size);
}

/** Up to `length` bytes that memory has at `address`; fewer where the segment ends, none where nothing is mapped. */
export function bytesAt(elf: Elf, content: RandomAccess, address: number, length: number): Buffer {
  const segment = elf.segments.find((candidate) => {
    const into = address - candidate.address;
    return into >= 0 && into < candidate.size;
  });
  if (segment === undefined) return Buffer.alloc(0);
  return slice(content, segment.offset, segment.size).read(address - segment.address, length);
}

/** Where each field stands in the headers of 32 and of 64 bits. */
interface Layout {
  readonly headerSize: number;
  readonly header: { readonly segments: number; readonly sections: number; readonly counts: number };
  readonly segment: { size: number; flags: number; offset: number; address: number; fileSize: number };
  readonly section: { size: number; offset: number; fileSize: number; link: number };
}

const layouts: Readonly<Record<4 | 8, Layout>> = {
  4: {
    headerSize: 52,
    header: { segments: 28, sections: 32, counts: 42 },
    segment: { size: 32, flags: 24, offset: 4, address: 8, fileSize: 16 },
    section: { size: 40, offset: 16, fileSize: 20, link: 24 },
  },
  8: {
    headerSize: 64,
    header: { segments: 32, sections: 40, counts: 54 },
    segment: { size: 56, flags: 4, offset: 8, address: 16, fileSize: 32 },
    section: { size: 64, offset: 24, fileSize: 32, link: 40 },
  },
};

const wordSizes: ReadonlyMap<number | undefined, 4 | 8> = new Map([
  [1, 4],
  [2, 8],
]);

const limits = {
  /** Programs have some 50 sections; objects that are not linked yet may have more than 65,000. */
  sections: 1 << 14,
  segments: 1 << 10,
  nameTableBytes: 1 << 20,
  nameBytes: 256,
};

const loadedSegment = 1;
const writableFlag = 2;
const sectionOnlyInMemory = 8;
/** The index of the name table does not fit the header, and is in the first section's `sh_link`. */
const indexElsewhere = 0xffff;

type FieldReader = ReturnType<typeof fieldReader>;

function fieldReader(wordSize: 4 | 8, littleEndian: boolean) {
  const half = (bytes: Buffer, at: number) => (littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const int = (bytes: Buffer, at: number) => (littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const long = (bytes: Buffer, at: number) =>
    littleEndian ? int(bytes, at + 4) * 2 ** 32 + int(bytes, at) : int(bytes, at) * 2 ** 32 + int(bytes, at + 4);
  return { half, int, word: wordSize === 4 ? int : long };
}

function readSegments(content: RandomAccess, head: Buffer, { header, segment }: Layout, read: FieldReader): Segment[] {
  const entrySize = read.half(head, header.counts);
  const count = Math.min(read.half(head, header.counts + 2), limits.segments);
  const rows = readTable(content, read.word(head, header.segments), count, entrySize, segment.size);
  return rows
    .filter((row) => read.int(row, 0) === loadedSegment)
    .map((row) => ({
      offset: read.word(row, segment.offset),
      size: read.word(row, segment.fileSize),
      address: read.word(row, segment.address),
      writable: (read.int(row, segment.flags) & writableFlag) !== 0,
    }));
}

function readSections(content: RandomAccess, head: Buffer, { header, section }: Layout, read: FieldReader): Section[] {
  const start = read.word(head, header.sections);
  if (start === 0) return [];
  const entrySize = read.half(head, header.counts + 4);
  const stated = read.half(head, header.counts + 6);
  const [first] = readTable(content, start, 1, entrySize, section.size);
  if (first === undefined) return [];
  // A count of 0 beside a table says that the count does not fit, and is the first section's size.
  const count = Math.min(stated === 0 ? read.word(first, section.fileSize) : stated, limits.sections);
  const rows = readTable(content, start, count, entrySize, section.size);

  const statedIndex = read.half(head, header.counts + 8);
  const nameTable = rows[statedIndex === indexElsewhere ? read.int(first, section.link) : statedIndex];
  if (nameTable === undefined) return [];
  const namesSize = Math.min(read.word(nameTable, section.fileSize), limits.nameTableBytes);
  const names = content.read(read.word(nameTable, section.offset), namesSize);
  return rows.map((row) => ({
    name: nameAt(names, read.int(row, 0)),
    offset: read.word(row, section.offset),
    size: read.int(row, 4) === sectionOnlyInMemory ? 0 : read.word(row, section.fileSize),
  }));
}

/** The rows of a table that are wholly in the file; none if its rows are not of the one size that they have in practice. */
function readTable(content: RandomAccess, start: number, count: number, entrySize: number, needed: number): Buffer[] {
  if (entrySize !== needed || start >= content.size) return [];
  const bytes = content.read(start, count * entrySize);
  const whole = Math.floor(bytes.length / entrySize);
  return Array.from({ length: whole }, (_, index) => bytes.subarray(index * entrySize, (index + 1) * entrySize));
}

function nameAt(names: Buffer, start: number): string {
  const end = names.indexOf(0, start);
  return end < 0 || start >= names.length
    ? ''
    : names.toString('latin1', start, Math.min(end, start + limits.nameBytes));
}
