/**
 * Whether a text is like a pattern in which `*` is any run of characters and `?` exactly one. The whole text, and letters as they
 * are written. Takes at most as many steps as the two are long multiplied, whatever the pattern.
 */
export function isLike(pattern: string, text: string): boolean {
  if (!hasWildcard(pattern)) return pattern === text;
  const wanted = Array.from(pattern);
  const given = Array.from(text);
  let at = 0;
  let place = 0;
  // Where the last `*` stands, and from where it was tried; an earlier one never has to give back what it took.
  let star = -1;
  let from = 0;
  while (place < given.length) {
    if (wanted[at] === '*') {
      star = at++;
      from = place;
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === given[place])) {
      at++;
      place++;
    } else if (star >= 0) {
      at = star + 1;
      place = ++from;
    } else return false;
  }
  while (wanted[at] === '*') at++;
  return at === wanted.length;
}

/** Whether a text has a wildcard in it. */
export function hasWildcard(text: string): boolean {
  return text.includes('*') || text.includes('?');
}
