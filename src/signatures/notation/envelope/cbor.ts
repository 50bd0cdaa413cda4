/** A value of CBOR (RFC 8949), as far as COSE headers have them: no floats, and no integers beyond 2^53. */
export type CborValue = number | string | boolean | null | Buffer | readonly CborValue[] | CborMap | CborTag;

/** Labels of COSE are integers or texts (RFC 9052, 1.5). */
export type CborMap = ReadonlyMap<number | string, CborValue>;

interface CborTag {
  readonly tag: number;
  readonly content: CborValue;
}

/** Envelopes have five levels and some dozens of items. */
const deepest = 16;
const mostItems = 10_000;

/** Major types (RFC 8949, 3.1). */
export const major = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const;

/**
 * Reads one value that fills these bytes. Whatever can be written in two ways is read in one only: lengths are definite and as
 * short as can be, and no label comes twice.
 * @returns nothing if it is not that
 */
export function readCbor(bytes: Buffer): CborValue | undefined {
  const reader: Reader = { bytes, at: 0, items: 0 };
  try {
    const value = readItem(reader, 0);
    return reader.at === bytes.length ? value : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The head of an item: its major type, and its value, length, count or number in the shortest form (RFC 8949, 4.2.1). */
export function cborHead(type: number, argument: number): Buffer {
  const first = type << 5;
  if (argument < 24) return Buffer.of(first | argument);
  if (argument < 0x100) return Buffer.of(first | 24, argument);
  const head = Buffer.alloc(argument < 0x1_0000 ? 3 : argument < 0x1_0000_0000 ? 5 : 9);
  head[0] = first | (head.length === 3 ? 25 : head.length === 5 ? 26 : 27);
  if (head.length === 9) head.writeBigUInt64BE(BigInt(argument), 1);
  else head.writeUIntBE(argument, 1, head.length - 1);
  return head;
}

interface Reader {
  readonly bytes: Buffer;
  at: number;
  items: number;
}

function readItem(reader: Reader, depth: number): CborValue {
  reader.items++;
  if (depth > deepest || reader.items > mostItems) throw malformed();
  const first = take(reader, 1).readUInt8();
  const argument = readArgument(reader, first & 0x1f);
  switch (first >> 5) {
    case major.unsigned:
      return argument;
    case major.negative:
      return -1 - argument;
    case major.bytes:
      return take(reader, argument);
    case major.text:
      return readText(take(reader, argument));
    case major.array:
      return readArray(reader, argument, depth);
    case major.map:
      return readMap(reader, argument, depth);
    case major.tag:
      return { tag: argument, content: readItem(reader, depth + 1) };
    default:
      return readSimple(argument);
  }
}

function readArgument(reader: Reader, info: number): number {
  if (info < 24) return info;
  // 28 to 30 are reserved, and 31 is a length that is not known yet.
  if (info > 27) throw malformed();
  const size = 1 << (info - 24);
  const bytes = take(reader, size);
  const value = size === 8 ? Number(bytes.readBigUInt64BE()) : bytes.readUIntBE(0, size);
  const shortest = size === 1 ? 24 : 2 ** (size * 4);
  if (value < shortest || value >= Number.MAX_SAFE_INTEGER) throw malformed();
  return value;
}

function readText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes)) throw malformed();
  return text;
}

function readArray(reader: Reader, count: number, depth: number): readonly CborValue[] {
  if (count > remaining(reader)) throw malformed();
  return Array.from({ length: count }, () => readItem(reader, depth + 1));
}

function readMap(reader: Reader, count: number, depth: number): CborMap {
  if (count > remaining(reader)) throw malformed();
  const map = new Map<number | string, CborValue>();
  for (let entry = 0; entry < count; entry++) {
    const label = readItem(reader, depth + 1);
    if ((typeof label !== 'number' && typeof label !== 'string') || map.has(label)) throw malformed();
    map.set(label, readItem(reader, depth + 1));
  }
  return map;
}

const simpleValues: ReadonlyMap<number, boolean | null> = new Map<number, boolean | null>([
  [20, false],
  [21, true],
  [22, null],
]);

function readSimple(number: number): boolean | null {
  const value = simpleValues.get(number);
  if (value === undefined) throw malformed();
  return value;
}

function take(reader: Reader, length: number): Buffer {
  if (length > remaining(reader)) throw malformed();
  const start = reader.at;
  reader.at += length;
  return reader.bytes.subarray(start, reader.at);
}

function remaining({ bytes, at }: Reader): number {
  return bytes.length - at;
}

function malformed(): RangeError {
  return new RangeError('not CBOR');
}
