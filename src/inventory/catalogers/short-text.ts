/** Characters of a name, a version or a licence; npm allows 214 for a name, and nobody needs more. */
const mostCharacters = 512;

// Control characters are what this is to find.
// eslint-disable-next-line no-control-regex
const control = /[\u0000-\u001F\u007F]/;

/**
 * A value of unknown shape as a name, a version or a licence: text of one line and a sane length, without the space around it.
 * Anything else is nothing.
 */
export function shortText(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 2 * mostCharacters) return undefined;
  const text = value.trim();
  return text === '' || text.length > mostCharacters || control.test(text) ? undefined : text;
}
