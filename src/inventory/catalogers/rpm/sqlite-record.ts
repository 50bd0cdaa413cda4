/** A value of a row. Fractions are not read, since no table of rpm has any. */
export type SqliteValue = string | number | Buffer | undefined;

/**
 * Reads a row of an SQLite table ("Database File Format", 2.1 "Record Format"): the length of the head, a serial type a column, and
 * the values.
 *
 * @returns nothing if the row is damaged
 */
export function readRecord(record: Buffer): SqliteValue[] | undefined {
  const head = readVarint(record, 0);
  if (head === undefined || head.value > record.length) return undefined;
  const values: SqliteValue[] = [];
  let start = head.value;
  for (let at = head.end; at < head.value && values.length < mostColumns;) {
    const type = readVarint(record, at);
    if (type === undefined) return undefined;
    at = type.end;
    const end = start + sizeOf(type.value);
    if (end > record.length) return undefined;
    values.push(valueOf(type.value, record.subarray(start, end)));
    start = end;
  }
  return values;
}

/**
 * A number of one to nine bytes, seven bits each, the highest first; nothing if the bytes end before it or it is too large to
 * be a length.
 */
export function readVarint(bytes: Buffer, start: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let index = 0; index < 9; index++) {
    const byte = bytes[start + index];
    if (byte === undefined) return undefined;
    value = index === 8 ? value * 256 + byte : value * 128 + (byte & 0x7f);
    if (byte < 0x80 || index === 8)
      return Number.isSafeInteger(value)
        ? { value, end: start + index + 1 }
        : { value: Infinity, end: start + index + 1 };
  }
  return undefined;
}

const mostColumns = 100;
/** Bytes of the values of serial types 0 to 11. */
const fixedSizes = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0];

function sizeOf(type: number): number {
  return fixedSizes[type] ?? Math.floor((type - 12) / 2);
}

function valueOf(type: number, bytes: Buffer): SqliteValue {
  if (type >= 12) return type % 2 === 0 ? bytes : bytes.toString('utf8');
  if (type === 8 || type === 9) return type - 8;
  return bytes.length > 0 && bytes.length <= 6 ? bytes.readIntBE(0, bytes.length) : undefined;
}
