import { slice, type RandomAccess } from '#kit/bytes.ts';
import { bytesAt, sectionOf, type Elf } from '#inventory/elf/elf.ts';

/** What the linker of Go writes into every program since Go 1.13: its own version and the list of modules. */
export interface BuildInfo {
  /** As `runtime.Version()` gives it: `go1.22.3`, `go1.22.3 X:boringcrypto`, `devel go1.23-abc…`. */
  readonly goVersion: string;
  /** Lines of the module information; empty if the program was built without it. */
  readonly modules: string;
}

/**
 * Finds and reads the build information (Go's source, `debug/buildinfo`): a block that begins with a magic number, in the section
 * `.go.buildinfo` or, in a program that was stripped of its sections, in the data that it can write.
 *
 * @returns nothing if it is no program of Go; `damaged` if there is a block that cannot be read
 */
export function readBuildInfo(elf: Elf, content: RandomAccess): BuildInfo | 'damaged' | undefined {
  const section = sectionOf(elf, content, '.go.buildinfo');
  if (section !== undefined) {
    const start = findBlock(section, 0, limits.blockBytes);
    return start === undefined ? 'damaged' : (readBlock(elf, content, section, start) ?? 'damaged');
  }
  if (elf.sections.length > 0) return undefined;
  for (const segment of elf.segments.filter(({ writable }) => writable).slice(0, limits.segments)) {
    const data = slice(content, segment.offset, segment.size);
    const start = findBlock(data, segment.address, limits.searchedBytes);
    const info = start === undefined ? undefined : readBlock(elf, content, data, start);
    // Compressed programs may have the magic number somewhere by accident, so that an unreadable block means nothing here.
    if (info !== undefined) return info;
  }
  return undefined;
}

const limits = {
  /** The largest real programs have some 30 kB of modules. */
  blockBytes: 4 << 20,
  searchedBytes: 32 << 20,
  segments: 4,
};

const magic = Buffer.from('\xff Go buildinf:', 'latin1');
const alignment = 16;
const headerBytes = 32;
const flagsOffset = 15;
const bigEndianFlag = 1;
const inlineFlag = 2;

/** Where a block begins in `data`, which memory has at `address`: blocks are aligned there. */
function findBlock(data: RandomAccess, address: number, searched: number): number | undefined {
  const bytes = data.read(0, Math.min(data.size, searched));
  for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1)) {
    if ((address + at) % alignment === 0 && at + headerBytes <= bytes.length) return at;
  }
  return undefined;
}

function readBlock(elf: Elf, content: RandomAccess, data: RandomAccess, start: number): BuildInfo | undefined {
  const header = data.read(start, headerBytes);
  const flags = header[flagsOffset] ?? 0;
  const [version, modules] =
    (flags & inlineFlag) === 0
      ? readPointed(elf, content, header, (flags & bigEndianFlag) !== 0)
      : readInline(data.read(start + headerBytes, limits.blockBytes));
  if (version === undefined || modules === undefined || !isVersion(version)) return undefined;
  return { goVersion: version, modules: unframed(modules).toString('utf8') };
}

/** Since Go 1.18: both texts follow the header, each behind its length. */
function readInline(bytes: Buffer): [version?: string, modules?: Buffer] {
  const version = readText(bytes, 0);
  const modules = version === undefined ? undefined : readText(bytes, version.end);
  return [version?.text.toString('latin1'), modules?.text];
}

/** A length in groups of seven bits, the lowest first, and as many bytes. */
function readText(bytes: Buffer, start: number): { text: Buffer; end: number } | undefined {
  let length = 0;
  for (let index = 0; index < 5; index++) {
    const byte = bytes[start + index];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 2 ** (7 * index);
    if (byte >= 0x80) continue;
    const from = start + index + 1;
    return from + length > bytes.length ? undefined : { text: bytes.subarray(from, from + length), end: from + length };
  }
  return undefined;
}

/** Before Go 1.18: the header has the addresses of two string variables, and each variable the address and length of its text. */
function readPointed(
  elf: Elf,
  content: RandomAccess,
  header: Buffer,
  big: boolean,
): [version?: string, modules?: Buffer] {
  const size = header[14];
  if (size !== 4 && size !== 8) return [];
  const word = (bytes: Buffer, index: number) => wordAt(bytes, index * size, size, big);
  const [version, modules] = [0, 1].map((index) => {
    const variable = bytesAt(elf, content, word(header, 16 / size + index), 2 * size);
    if (variable.length < 2 * size) return undefined;
    const length = word(variable, 1);
    if (length > limits.blockBytes) return undefined;
    const text = bytesAt(elf, content, word(variable, 0), length);
    return text.length === length ? text : undefined;
  });
  // A program without modules has no text there.
  return [version?.toString('latin1'), modules ?? Buffer.alloc(0)];
}

function wordAt(bytes: Buffer, at: number, size: 4 | 8, big: boolean): number {
  const int = (place: number) => (big ? bytes.readUInt32BE(place) : bytes.readUInt32LE(place));
  if (size === 4) return int(at);
  return big ? int(at) * 2 ** 32 + int(at + 4) : int(at + 4) * 2 ** 32 + int(at);
}

/** The list of modules stands between two marks of 16 bytes, by which a debugger finds it. */
function unframed(modules: Buffer): Buffer {
  const frame = 16;
  const isFramed = modules.length > 2 * frame && modules.at(-frame - 1) === 0x0a;
  return isFramed ? modules.subarray(frame, -frame) : Buffer.alloc(0);
}

/** What the toolchain calls itself is one short line. */
function isVersion(text: string): boolean {
  return text.length <= 200 && /^(?:go[0-9]|devel\b)[\x20-\x7e]*$/.test(text);
}
