/**
 * The one way to write a JSON value that TUF signs (OLPC canonical JSON, http://wiki.laptop.org/go/Canonical_JSON): no spaces, names
 * in the order of their characters, only `\` and `"` escaped. It is not RFC 8785, which would escape the line breaks of PEM keys.
 * @throws TypeError for what has no such form: fractions, broken characters, lists within lists without end
 */
export function canonicalJson(value: unknown): Buffer {
  return Buffer.from(encode(value, deepest), 'utf8');
}

/** Real metadata is six levels deep. */
const deepest = 32;

function encode(value: unknown, depth: number): string {
  if (depth === 0) throw new TypeError('it is nested too deeply');
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new TypeError('it has a number that is not whole, or too large');
    // Minus zero is written as zero.
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => encode(item, depth - 1)).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`${typeof value} is no JSON`);
  const entries = Object.entries(value).toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `{${entries.map(([name, item]) => `${quote(name)}:${encode(item, depth - 1)}`).join(',')}}`;
}

function quote(text: string): string {
  // A lone surrogate would be signed as U+FFFD, and so mean the same as another text.
  if (!text.isWellFormed()) throw new TypeError('it has broken characters');
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
