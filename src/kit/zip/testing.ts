import { crc32, deflateRawSync } from 'node:zlib';
import { inMemory } from '#kit/bytes.ts';
import { openEntry } from './content.ts';
import { readDirectory } from './directory.ts';

/** An entry to be put into a zip file, and what its headers are to say other than the truth. */
export interface ZipSource {
  readonly name: string;
  readonly content?: Uint8Array | string;
  readonly stored?: boolean;
  readonly says?: Partial<{ size: number; compressedSize: number; offset: number; flags: number; method: number }>;
}

export interface ZipOptions {
  /** What stands before the archive, such as a script that starts it. */
  readonly before?: Uint8Array | string;
  /** Whether the offsets count what stands before, as `zip -A` makes them. */
  readonly adjusted?: boolean;
  readonly comment?: string;
  /** What stands after the end. */
  readonly after?: Uint8Array | string;
  readonly zip64?: boolean;
}

/** Builds a zip file (PKWARE APPNOTE.TXT), as far as readers of jars need one. */
export function zip(sources: readonly ZipSource[], options: ZipOptions = {}): Buffer {
  const before = Buffer.from(options.before ?? '');
  const shift = options.adjusted === true ? before.length : 0;
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const source of sources) {
    const local = localEntry(source);
    directory.push(directoryEntry(source, local, offset + shift, options.zip64 === true));
    locals.push(local.bytes);
    offset += local.bytes.length;
  }
  const entries = Buffer.concat(directory);
  const end = endRecords(sources.length, entries.length, offset + shift, options);
  return Buffer.concat([before, ...locals, entries, end, Buffer.from(options.after ?? '')]);
}

interface Local {
  readonly bytes: Buffer;
  readonly compressedSize: number;
  readonly size: number;
  readonly crc: number;
}

function localEntry({ name, content = '', stored = false, says = {} }: ZipSource): Local {
  const data = Buffer.from(content);
  const compressed = stored ? data : deflateRawSync(data);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(says.flags ?? 0x800, 6);
  header.writeUInt16LE(says.method ?? (stored ? 0 : 8), 8);
  header.writeUInt32LE(crc32(data), 14);
  header.writeUInt32LE(compressed.length, 18);
  header.writeUInt32LE(data.length, 22);
  header.writeUInt16LE(Buffer.byteLength(name), 26);
  const bytes = Buffer.concat([header, Buffer.from(name), compressed]);
  return { bytes, compressedSize: compressed.length, size: data.length, crc: crc32(data) };
}

function directoryEntry(
  { name, stored = false, says = {} }: ZipSource,
  local: Local,
  at: number,
  wide: boolean,
): Buffer {
  const size = says.size ?? local.size;
  const compressedSize = says.compressedSize ?? local.compressedSize;
  const offset = says.offset ?? at;
  const extra = wide ? Buffer.alloc(28) : Buffer.alloc(0);
  if (wide) {
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(24, 2);
    for (const [i, value] of [size, compressedSize, offset].entries()) extra.writeBigUInt64LE(BigInt(value), 4 + i * 8);
  }
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(45, 6);
  header.writeUInt16LE(says.flags ?? 0x800, 8);
  header.writeUInt16LE(says.method ?? (stored ? 0 : 8), 10);
  header.writeUInt32LE(local.crc, 16);
  header.writeUInt32LE(wide ? 0xffffffff : compressedSize, 20);
  header.writeUInt32LE(wide ? 0xffffffff : size, 24);
  header.writeUInt16LE(Buffer.byteLength(name), 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(wide ? 0xffffffff : offset, 42);
  return Buffer.concat([header, Buffer.from(name), extra]);
}

function endRecords(count: number, size: number, offset: number, { comment = '', zip64 = false }: ZipOptions): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(zip64 ? 0xffff : count, 8);
  end.writeUInt16LE(zip64 ? 0xffff : count, 10);
  end.writeUInt32LE(zip64 ? 0xffffffff : size, 12);
  end.writeUInt32LE(zip64 ? 0xffffffff : offset, 16);
  end.writeUInt16LE(Buffer.byteLength(comment), 20);
  const record = Buffer.alloc(zip64 ? 76 : 0);
  if (zip64) {
    record.writeUInt32LE(0x06064b50, 0);
    record.writeBigUInt64LE(44n, 4);
    record.writeBigUInt64LE(BigInt(count), 24);
    record.writeBigUInt64LE(BigInt(count), 32);
    record.writeBigUInt64LE(BigInt(size), 40);
    record.writeBigUInt64LE(BigInt(offset), 48);
    record.writeUInt32LE(0x07064b50, 56);
    record.writeBigUInt64LE(BigInt(offset + size), 64);
    record.writeUInt32LE(1, 72);
  }
  return Buffer.concat([record, end, Buffer.from(comment)]);
}

/** The files of a zip archive by name, for tests that look into one. */
export function unzip(archive: Buffer): Map<string, Buffer> {
  const bytes = inMemory(archive);
  const { entries } = readDirectory(bytes, { entries: 1_000_000, directoryBytes: 1 << 30 });
  return new Map(
    entries.map((entry) => {
      const { bytes: content } = openEntry(bytes, entry, 1 << 30);
      return [entry.name, content?.read(0, content.size) ?? Buffer.alloc(0)];
    }),
  );
}
