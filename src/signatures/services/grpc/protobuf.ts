/** A field of a message that has bytes: a text, bytes, or another message (Protocol Buffers, "Encoding"). */
export interface BytesField {
  readonly number: number;
  readonly bytes: Buffer;
}

/** A message of such fields. */
export function writeMessage(fields: readonly BytesField[]): Buffer {
  return Buffer.concat(
    fields.flatMap(({ number, bytes }) => [
      writeVarint(number * 8 + wireTypes.bytes),
      writeVarint(bytes.length),
      bytes,
    ]),
  );
}

/** The fields of a message that have bytes; numbers are passed over. Nothing for what is no message. */
export function readMessage(message: Buffer): readonly BytesField[] | undefined {
  const fields: BytesField[] = [];
  for (let offset = 0; offset < message.length;) {
    const tag = readVarint(message, offset);
    if (tag === undefined || tag.value < 8) return undefined;
    const number = Math.floor(tag.value / 8);
    const value = readValue(message, tag.next, tag.value % 8);
    if (value === undefined) return undefined;
    if (value.bytes !== undefined) fields.push({ number, bytes: value.bytes });
    offset = value.next;
  }
  return fields;
}

/** How a value is written; groups are long gone. */
const wireTypes = { varint: 0, eight: 1, bytes: 2, four: 5 } as const;

interface Value {
  readonly next: number;
  readonly bytes?: Buffer;
}

function readValue(message: Buffer, offset: number, wireType: number): Value | undefined {
  switch (wireType) {
    case wireTypes.varint:
      return readVarint(message, offset);
    case wireTypes.eight:
      return within(message, offset + 8);
    case wireTypes.four:
      return within(message, offset + 4);
    case wireTypes.bytes: {
      const length = readVarint(message, offset);
      if (length === undefined) return undefined;
      const end = length.next + length.value;
      return within(message, end) && { next: end, bytes: message.subarray(length.next, end) };
    }
    default:
      return undefined;
  }
}

function within({ length }: Buffer, next: number): Value | undefined {
  return next <= length ? { next } : undefined;
}

const longestVarint = 10;

/** Lengths and tags are exact; of larger numbers only their end is of interest. */
function readVarint(message: Buffer, offset: number): { readonly value: number; readonly next: number } | undefined {
  let value = 0;
  for (let index = 0; index < longestVarint; index++) {
    const byte = message[offset + index];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, next: offset + index + 1 };
  }
  return undefined;
}

function writeVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return Buffer.from([...bytes, rest]);
}
