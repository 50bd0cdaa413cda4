/** What is wrong with a text as JSON, or the value that it is. */
export type StrictJson =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'problem'; readonly problem: string; readonly value?: unknown };

/**
 * Parses JSON as RFC 8259 has it, and no deeper than `deepest`; a key that is there twice in an object is a problem, because readers
 * differ in which of the two counts (RFC 8259, 4). Where only that is wrong, the value is given too: to answer to whoever sent it.
 */
export function parseStrictJson(bytes: Uint8Array, deepest: number): StrictJson {
  const text = decode(bytes);
  if (text === undefined) return { kind: 'problem', problem: 'it is not UTF-8' };
  const { depth, members } = measure(text);
  if (depth > deepest) return { kind: 'problem', problem: `it is deeper than ${deepest} levels` };
  let value: unknown;
  try {
    value = JSON.parse(text) as unknown;
  } catch {
    return { kind: 'problem', problem: 'it is not JSON' };
  }
  // Of keys that are the same only one becomes a member of the value.
  if (countMembers(value) !== members) return { kind: 'problem', problem: 'it has a key twice in one object', value };
  return { kind: 'value', value };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

const [quote, backslash, colon] = [0x22, 0x5c, 0x3a] as const;
const [openObject, closeObject, openList, closeList] = [0x7b, 0x7d, 0x5b, 0x5d] as const;

/** How deep a text is, and how many members its objects have, if it is JSON: each has one colon that is in no string. */
function measure(text: string): { readonly depth: number; readonly members: number } {
  let [depth, deepest, members] = [0, 0, 0];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === quote) at = endOfString(text, at);
    else if (unit === colon) members++;
    else if (unit === openObject || unit === openList) deepest = Math.max(deepest, ++depth);
    else if (unit === closeObject || unit === closeList) depth--;
  }
  return { depth: deepest, members };
}

/** Where the quote is that ends a string, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === backslash) escapes++;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner: readonly unknown[] = Object.values(value);
  return inner.reduce<number>((sum, one) => sum + countMembers(one), Array.isArray(value) ? 0 : inner.length);
}
