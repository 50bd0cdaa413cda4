const plain = new Map([
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['`', '`'],
  ['?', '?'],
]);

const part =
  /\\(?:([abfnrtv\\'"`?])|[xX]([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([0-3][0-7]{2}))|([^\\]+)/y;

/**
 * The text or the bytes that a literal means (CEL language definition, "String and bytes values"). In bytes, `\xFF` and `\377` are
 * bytes and not characters, and `\u` there is not. Nothing if an escape is none.
 */
export function escapedText(inside: string, isBytes: boolean): string | Uint8Array | undefined {
  const parts: (string | number)[] = [];
  for (let at = 0; at < inside.length; at = part.lastIndex) {
    part.lastIndex = at;
    const found = part.exec(inside);
    if (found === null) return undefined;
    const read = readPart(found, isBytes);
    if (read === undefined) return undefined;
    parts.push(read);
  }
  if (!isBytes) return parts.map((one) => (typeof one === 'string' ? one : String.fromCodePoint(one))).join('');
  return new Uint8Array(
    Buffer.concat(parts.map((one) => (typeof one === 'string' ? Buffer.from(one) : Buffer.from([one])))),
  );
}

function readPart(found: RegExpExecArray, isBytes: boolean): string | number | undefined {
  const [, simple, hex, short, long, octal, rest] = found;
  if (rest !== undefined) return rest;
  if (simple !== undefined) return plain.get(simple);
  if (hex !== undefined) return Number.parseInt(hex, 16);
  if (octal !== undefined) return Number.parseInt(octal, 8);
  const code = Number.parseInt(short ?? long ?? '', 16);
  return isBytes || code > 0x10_ffff || (code >= 0xd800 && code <= 0xdfff) ? undefined : code;
}
