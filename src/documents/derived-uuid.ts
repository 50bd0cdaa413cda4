import { digestOf, hexOf } from '#kit/digest.ts';

/** Stands in a document for the UUID that is made from it; of version 0, so that no true one looks like it. */
export const unwrittenUuid = '00000000-0000-0000-0000-000000000000';

/**
 * Writes a document as JSON and names it after its own content: the first {@link unwrittenUuid} becomes a UUID of version 8
 * (RFC 9562, section 5.8), made from the SHA-256 of the text. So the same content has the same name, without clock or chance.
 * The document must have nothing foreign before the place of its UUID.
 *
 * Lone surrogates, which no UTF-8 can hold and strict readers refuse, become U+FFFD.
 */
export function writeIdentified(document: object): string {
  const text = writeJson(document);
  return text.replace(unwrittenUuid, uuidOf(text));
}

/** JSON with two spaces of indentation and a line break at the end. */
export function writeJson(document: object): string {
  const text = JSON.stringify(document, null, 2);
  // JSON.stringify writes escapes of this form only for lone surrogates; only then is the slow way taken.
  return `${text.includes('\\ud') ? JSON.stringify(document, wellFormed, 2) : text}\n`;
}

function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value;
}

function uuidOf(text: string): string {
  const hex = hexOf(digestOf(text));
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  const groups = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ];
  return groups.join('-');
}
