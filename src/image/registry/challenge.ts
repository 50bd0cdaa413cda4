/** One way in that a server offers. Scheme and parameter names are in lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Reads the values of `WWW-Authenticate` header lines (RFC 9110, section 11.6.1): each is a list of challenges, whose
 * parameters are separated by the same comma as the challenges themselves. What cannot be read ends its line, not the others.
 * As some registries forget the quotes around URLs, a value without them goes up to the next comma or space.
 */
export function parseChallenges(lines: readonly string[]): Challenge[] {
  return lines.slice(0, mostChallenges).flatMap(parseLine).slice(0, mostChallenges);
}

const mostChallenges = 16;

function parseLine(line: string): Challenge[] {
  const text = cursor(line);
  const found: Challenge[] = [];
  let parameters = new Map<string, string>();
  for (;;) {
    text.skip(/[\s,]*/y);
    const word = text.take(tokenPattern);
    if (word === '') return found;
    // Only a parameter has an equals sign: the padding of a token68 ends it, and no value follows.
    if (text.take(/[ \t]*=[ \t]*/y) === '') {
      parameters = new Map();
      found.push({ scheme: word.toLowerCase(), parameters });
      text.skip(/[ \t]+[\w.~+/-]+=*[ \t]*(?=,|$)/y);
      continue;
    }
    const value = text.take(/"/y) === '' ? text.take(/[^\s,]*/y) : quoted(text);
    const name = word.toLowerCase();
    if (!parameters.has(name)) parameters.set(name, value);
  }
}

const tokenPattern = /[\w!#$%&'*+.^`|~-]+/y;

/** The rest of a quoted string, without its backslashes; what is not closed goes up to the end. */
function quoted(text: Cursor): string {
  const inside = text.take(/(?:[^"\\]|\\[^])*/y);
  text.skip(/"/y);
  return inside.replaceAll(/\\([^])/g, '$1');
}

interface Cursor {
  /** What matches here, passed over; empty if nothing does. */
  take(pattern: RegExp): string;
  skip(pattern: RegExp): void;
}

function cursor(text: string): Cursor {
  let position = 0;
  function take(pattern: RegExp): string {
    pattern.lastIndex = position;
    const found = pattern.exec(text)?.[0] ?? '';
    position += found.length;
    return found;
  }
  return { take, skip: take };
}
