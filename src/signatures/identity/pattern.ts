import { signatureError } from '#signatures/errors.ts';

/** What a text must be: exactly so, like a glob, or like a regular expression. Always the whole text. */
export interface Pattern {
  readonly written: string;
  matches(text: string): boolean;
}

/**
 * A text with `*` for anything within a path segment, and `**` for any number of segments. Without either it is exact. So
 * `https://github.com/org/*` never means `https://github.com/org-evil/x`.
 *
 * @throws `identity-invalid` for a pattern that anything matches, unless `anything` is meant
 */
export function globPattern(written: string, anything: boolean): Pattern {
  if (!anything && /^[*/]*$/.test(written)) throw tooWide(written);
  const parts = written.split(/(\*\*|\*)/);
  return { written, matches: (text) => matchesParts(parts, text) };
}

/**
 * Goes through the parts once, with all places of the text at which what came before may end: in time proportional to both, whatever
 * the number of stars.
 */
function matchesParts(parts: readonly string[], text: string): boolean {
  let ends = new Uint8Array(text.length + 1);
  ends[0] = 1;
  for (const part of parts) {
    const next = new Uint8Array(text.length + 1);
    const isStar = part === '*' || part === '**';
    for (let at = 0; at <= text.length; at++) {
      if (isStar) {
        const isWithin = at > 0 && next[at - 1] === 1 && (part === '**' || text[at - 1] !== '/');
        next[at] = ends[at] === 1 || isWithin ? 1 : 0;
      } else if (ends[at] === 1 && text.startsWith(part, at)) next[at + part.length] = 1;
    }
    ends = next;
  }
  return ends[text.length] === 1;
}

/**
 * A regular expression, which must match the whole text, whether it says so or not.
 * @throws `identity-invalid` for what is no expression, and for one that anything matches, unless `anything` is meant
 */
export function expressionPattern(written: string, anything: boolean): Pattern {
  const pattern = anchored(written);
  const isWide = probes.every((probe) => pattern.matches(probe));
  if (isWide && !anything) throw tooWide(written);
  return pattern;
}

/** Texts that have nothing in common: what matches all of them matches anything. */
const probes = ['https://github.com/a/b/.github/workflows/c.yml@refs/heads/d', 'someone@example.com', 'x'];

function anchored(written: string): Pattern {
  try {
    const expression = new RegExp(`^(?:${written})$`, 'su');
    return { written, matches: (text) => expression.test(text) };
  } catch {
    throw signatureError('identity-invalid', `"${written}" is not a regular expression`, {
      hint: 'write the identity as it is, with * for a part of a path',
    });
  }
}

function tooWide(written: string) {
  return signatureError('identity-invalid', `anyone matches "${written}"`, {
    hint: 'name who must have signed; --any-identity if it really may be anyone',
  });
}
