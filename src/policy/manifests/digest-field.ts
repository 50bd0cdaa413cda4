import type { Slot } from './reference.ts';
import type { ManifestSource } from './source.ts';
import type { Located } from './yaml/locate.ts';

/** The slot of a field for a digest that is there, full or empty; nothing if it is not. */
export function digestField({ text }: ManifestSource, located: Located | undefined): Slot | undefined {
  if (located === undefined || located.isCollection) return undefined;
  const { start, end, outerEnd } = located;
  // A key without a value has no room: what comes needs a space before it.
  if (start === outerEnd && text[start - 1] === ':') return { kind: 'new-field', at: start, before: ' ', after: '' };
  return { kind: 'field', start, end };
}

/** The slot of a field that is yet to be written: on a line of its own behind another one, or behind it in a map on one line. */
export function fieldAfter({ text }: ManifestSource, { ownEnd, key }: Located, name: string): Slot {
  if (key === undefined) return { kind: 'none', why: 'there is no place for a digest' };
  if (key.inFlow) {
    const quote = text[key.start] === '"' ? '"' : '';
    return { kind: 'new-field', at: ownEnd, before: `, ${quote}${name}${quote}: ${quote}`, after: quote };
  }
  const lineStart = text.lastIndexOf('\n', key.start - 1) + 1;
  const before = text.slice(lineStart, key.start);
  // Only what may stand before a key counts as its indentation: a list's dash stands for spaces.
  if (!/^\uFEFF?[ -]*$/.test(before)) return { kind: 'none', why: 'there is no place for a digest' };
  const indent = ' '.repeat(before.replace('\uFEFF', '').length);
  const lineEnd = text.indexOf('\n', ownEnd);
  // A last line without an end is as the one before it.
  const isCrLf = text[(lineEnd < 0 ? lineStart - 1 : lineEnd) - 1] === '\r';
  const at = lineEnd < 0 ? text.length : lineEnd - (text[lineEnd - 1] === '\r' ? 1 : 0);
  return { kind: 'new-field', at, before: `${isCrLf ? '\r\n' : '\n'}${indent}${name}: `, after: '' };
}
