import type { RandomAccess } from '#kit/bytes.ts';

/** An entry of a zip file, as its central directory describes it. */
export interface ZipEntry {
  /** With slashes; folders end in one. */
  readonly name: string;
  /** 0: stored, 8: deflated. */
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly compressedSize: number;
  /** Bytes that it says to have when it is decompressed. */
  readonly size: number;
  /** Where its local header lies in the file. */
  readonly offset: number;
}

/** The bounds on a directory. */
export interface ZipLimits {
  readonly entries: number;
  readonly directoryBytes: number;
}

export interface ZipDirectory {
  readonly entries: readonly ZipEntry[];
  /** Why there may be more entries than these. */
  readonly problem?: string;
}

/**
 * Reads the central directory of a zip file (PKWARE APPNOTE.TXT 6.3.10, 4.3), as Java's runtime reads it: found from its end, so
 * that a script may stand before the archive and padding after it. Nothing else of the file is touched.
 */
export function readDirectory(bytes: RandomAccess, limits: ZipLimits): ZipDirectory {
  const place = findDirectory(bytes);
  if (place === undefined) return { entries: [], problem: 'it is not a zip archive, or its end is missing' };
  if (place.size > limits.directoryBytes) return { entries: [], problem: 'its directory is too large' };
  const directory = bytes.read(place.start, place.size);
  const entries: ZipEntry[] = [];
  for (let at = 0; at < directory.length;) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== signatures.entry)
      return { entries, problem: 'its directory is damaged' };
    if (entries.length >= limits.entries) return { entries, problem: 'it has too many entries' };
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field));
    const end = at + 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0);
    if (end > directory.length) return { entries, problem: 'its directory is damaged' };
    entries.push(readEntry(directory, at, nameLength ?? 0, extraLength ?? 0, place.prefix));
    at = end;
  }
  return { entries };
}

const signatures = { entry: 0x02014b50, end: 0x06054b50, end64: 0x06064b50, locator64: 0x07064b50 } as const;

/** A field that has no room for its value; the value is in the zip64 extra field then. */
const seeExtra = 0xffffffff;

function readEntry(directory: Buffer, at: number, nameLength: number, extraLength: number, prefix: number): ZipEntry {
  const flags = directory.readUInt16LE(at + 8);
  const nameEnd = at + 46 + nameLength;
  // Bit 11 says that a name is UTF-8; the names that matter here are ASCII in either case.
  const name = directory.toString((flags & 0x800) === 0 ? 'latin1' : 'utf8', at + 46, nameEnd);
  const fields = { size: at + 24, compressedSize: at + 20, offset: at + 42 };
  const wide = readExtra64(directory.subarray(nameEnd, nameEnd + extraLength));
  const read = (field: number): number => {
    const value = directory.readUInt32LE(field);
    return value === seeExtra ? (wide.shift() ?? seeExtra) : value;
  };
  // In the order in which the extra field has them (4.5.3).
  const size = read(fields.size);
  const compressedSize = read(fields.compressedSize);
  const offset = read(fields.offset) + prefix;
  return {
    name: name.includes('\\') ? name.replaceAll('\\', '/') : name,
    method: directory.readUInt16LE(at + 10),
    isEncrypted: (flags & 0x2041) !== 0,
    compressedSize,
    size,
    offset,
  };
}

/** The 8-byte values of the zip64 extra field. */
function readExtra64(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length;) {
    const length = extra.readUInt16LE(at + 2);
    const data = extra.subarray(at + 4, at + 4 + length);
    if (extra.readUInt16LE(at) === 1) {
      return Array.from({ length: Math.min(3, data.length >>> 3) }, (_, i) => Number(data.readBigUInt64LE(i * 8)));
    }
    at += 4 + length;
  }
  return [];
}

interface DirectoryPlace {
  readonly start: number;
  readonly size: number;
  /** Bytes before the archive, which its own offsets do not count. */
  readonly prefix: number;
}

/** Bytes of the end record without its comment, and of the longest comment. */
const endBytes = 22;
const commentBytes = 0xffff;

/** Goes back from the end to the first record that has a directory right before it. */
function findDirectory(bytes: RandomAccess): DirectoryPlace | undefined {
  const tailStart = Math.max(0, bytes.size - endBytes - commentBytes);
  const tail = bytes.read(tailStart, bytes.size - tailStart);
  for (let at = tail.length - endBytes; at >= 0; at--) {
    if (tail[at] !== 0x50 || tail.readUInt32LE(at) !== signatures.end) continue;
    const end = tailStart + at;
    const size = tail.readUInt32LE(at + 12);
    const place = findDirectory64(bytes, end) ?? placeOf(end, size, tail.readUInt32LE(at + 16));
    if (place !== undefined && isDirectory(bytes, place)) return place;
  }
  return undefined;
}

/** The end record of zip64, if its locator stands before the plain one (4.3.14, 4.3.15). */
function findDirectory64(bytes: RandomAccess, end: number): DirectoryPlace | undefined {
  const locator = bytes.read(Math.max(0, end - 20), 20);
  if (end < 20 || locator.length < 20 || locator.readUInt32LE(0) !== signatures.locator64) return undefined;
  // Where something stands before the archive, the stated offset is short by it, and the record lies right here.
  for (const at of [Number(locator.readBigUInt64LE(8)), end - 20 - 56]) {
    if (at < 0 || at + 56 > end) continue;
    const record = bytes.read(at, 56);
    if (record.length < 56 || record.readUInt32LE(0) !== signatures.end64) continue;
    return placeOf(at, Number(record.readBigUInt64LE(40)), Number(record.readBigUInt64LE(48)));
  }
  return undefined;
}

function placeOf(end: number, size: number, offset: number): DirectoryPlace | undefined {
  const start = end - size;
  return start < offset ? undefined : { start, size, prefix: start - offset };
}

function isDirectory(bytes: RandomAccess, { start, size }: DirectoryPlace): boolean {
  if (size === 0) return true;
  const first = bytes.read(start, 4);
  return first.length === 4 && first.readUInt32LE(0) === signatures.entry;
}
