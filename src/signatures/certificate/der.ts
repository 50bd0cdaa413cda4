/**
 * Writes DER (ITU-T X.690): each function gives the complete encoding of one value, tag and length included.
 * Only what certificates, timestamps and their signatures need.
 */
export const der = {
  /** An ordered collection of encoded values. */
  sequence: (...items: readonly Uint8Array[]): Buffer => encode(0x30, Buffer.concat(items)),
  /** SET OF: the encodings in ascending order, as DER demands (X.690, 11.6). */
  set: (...items: readonly Uint8Array[]): Buffer =>
    encode(0x31, Buffer.concat(items.toSorted((one, other) => Buffer.compare(one, other)))),
  /** A number, or the big-endian bytes of a number that is not negative. */
  integer,
  boolean: (value: boolean): Buffer => encode(0x01, Buffer.of(value ? 0xff : 0x00)),
  null: (): Buffer => encode(0x05, Buffer.alloc(0)),
  /** An object identifier in dotted decimals. */
  oid,
  octets: (bytes: Uint8Array): Buffer => encode(0x04, bytes),
  /** A bit string whose bits fill whole bytes, except for `unused` at the end. */
  bits: (bytes: Uint8Array, unused = 0): Buffer => encode(0x03, Buffer.concat([Buffer.of(unused), bytes])),
  utf8: (text: string): Buffer => encode(0x0c, Buffer.from(text, 'utf8')),
  printable: (text: string): Buffer => encode(0x13, Buffer.from(text, 'latin1')),
  ia5: (text: string): Buffer => encode(0x16, Buffer.from(text, 'latin1')),
  /** Time of a certificate: UTCTime until 2049, GeneralizedTime after (RFC 5280, 4.1.2.5). Whole seconds. */
  time: (date: Date): Buffer => (date.getUTCFullYear() < 2050 ? der.utcTime(date) : der.generalizedTime(date)),
  utcTime: (date: Date): Buffer => encode(0x17, Buffer.from(`${digitsOf(date).slice(2)}Z`, 'latin1')),
  generalizedTime: (date: Date): Buffer => encode(0x18, Buffer.from(`${digitsOf(date)}Z`, 'latin1')),
  /** `[number] EXPLICIT`, or `IMPLICIT` of a constructed type: a context tag around encoded values. */
  context: (number: number, ...items: readonly Uint8Array[]): Buffer => encode(0xa0 | number, Buffer.concat(items)),
  /** `[number] IMPLICIT` of a primitive type: a context tag in place of the type's own. */
  contextPrimitive: (number: number, content: Uint8Array): Buffer => encode(0x80 | number, content),
} as const;

function encode(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(tag), lengthOf(content.length), content]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const bytes = bigEndian(BigInt(length));
  return Buffer.concat([Buffer.of(0x80 | bytes.length), bytes]);
}

function integer(value: number | bigint | Uint8Array): Buffer {
  const number = value instanceof Uint8Array ? BigInt(`0x${Buffer.from(value).toString('hex') || '0'}`) : BigInt(value);
  if (number < 0n) throw new RangeError('negative integers are not written');
  const bytes = bigEndian(number);
  // A leading bit would make the number negative.
  return encode(0x02, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

function oid(dotted: string): Buffer {
  const [first = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt);
  return encode(0x06, Buffer.concat([first * 40n + second, ...rest].map(base128)));
}

function base128(value: bigint): Buffer {
  const bytes = [Number(value & 0x7fn)];
  for (let rest = value >> 7n; rest > 0n; rest >>= 7n) bytes.unshift(Number(rest & 0x7fn) | 0x80);
  return Buffer.from(bytes);
}

function bigEndian(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}

/** `YYYYMMDDhhmmss` in UTC. */
function digitsOf(date: Date): string {
  return date.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '');
}
