type Quote = "'" | '"' | '`';

/** The quote that is open at the end of a part of an expression. */
export function openQuote(text: string): Quote | undefined {
  let open: Quote | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (open !== undefined && character === '\\') at++;
    else if (character === open) open = undefined;
    else if (open === undefined && (character === "'" || character === '"' || character === '`')) open = character;
  }
  return open;
}
