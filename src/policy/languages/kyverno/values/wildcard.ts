/**
 * Whether a text is like a pattern in which `*` is any run of characters and `?` exactly one. The whole text, and letters as they
 * are written. Takes at most as many steps as the two are long multiplied, whatever the pattern.
 */
export function isLike(pattern: string, text: string): boolean {
  if (!hasWildcard(pattern)) return pattern === text;
  let at = 0;
  let place = 0;
  // Where the last `*` stands, and from where it was tried; an earlier one never has to give back what it took.
  let star = -1;
  let from = 0;
  while (place < text.length) {
    const wanted = pattern[at];
    if (wanted === '*') {
      star = at++;
      from = place;
    } else if (wanted === '?') {
      at++;
      place += widthAt(text, place);
    } else if (wanted !== undefined && wanted === text[place]) {
      at++;
      place++;
    } else if (star >= 0) {
      at = star + 1;
      from += widthAt(text, from);
      place = from;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

/** Some characters are two units of the text. */
function widthAt(text: string, place: number): number {
  return (text.codePointAt(place) ?? 0) > 0xffff ? 2 : 1;
}

/** Whether a text has a wildcard in it. */
export function hasWildcard(text: string): boolean {
  return text.includes('*') || text.includes('?');
}
