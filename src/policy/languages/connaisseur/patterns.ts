import type { Reference } from '#image/reference.ts';
import { formatReference } from '#image/reference.ts';
import { unsupportedField } from '#policy/languages/read-strictly.ts';

/** A pattern of images: `*` is anything, and Connaisseur puts one before and behind what has none there. */
export interface Pattern {
  readonly written: string;
  /** As Connaisseur takes it: wherever it stands in the name. */
  matchesAnywhere(name: string): boolean;
  /** As it reads: from the beginning, to the end of a part of the name, unless it says otherwise. */
  matchesFromStart(name: string): boolean;
}

/** @throws `policy-unsupported` for what only its library of globs knows */
export function readPattern(written: string, path: string): Pattern {
  if (/[?[\]{}\\!]/.test(written)) {
    throw unsupportedField(path, `"${written}" has more than "*" in it`, 'write a rule for each alternative');
  }
  const open = `${written.startsWith('*') ? '' : '*'}${written}${written.endsWith('*') ? '' : '*'}`;
  const endings = /[*:@/]$/.test(written) ? [`${written}*`] : [written, `${written}:*`, `${written}@*`, `${written}/*`];
  return {
    written,
    matchesAnywhere: (name) => matches(open, name),
    matchesFromStart: (name) => endings.some((one) => matches(one, name)),
  };
}

/** How Connaisseur calls an image: with tag and digest, if it has both. */
export function nameOf(reference: Reference): string {
  const name = formatReference(reference);
  return name.startsWith('docker.io/') ? `index.${name}` : name;
}

/** The rules for an image, if there are any. */
export interface ChosenRules<Rule> {
  readonly rules: readonly Rule[];
  /** Nothing is said of an image that no rule names as it reads. */
  readonly isNamed: boolean;
}

/**
 * Chooses the rule for an image: the most specific that matches. It is asked twice, anywhere in the name and from its start; where
 * the answers differ both must hold, so that nobody borrows the rule of another registry by a path that looks like it.
 */
export function chooseRules<Rule extends { readonly pattern: Pattern }>(
  rules: readonly Rule[],
  name: string,
): ChosenRules<Rule> {
  const names = name.startsWith('index.docker.io/') ? [name, name.slice('index.'.length)] : [name];
  const anywhere = mostSpecific(
    rules.filter(({ pattern }) => pattern.matchesAnywhere(name)),
    name,
  );
  const fromStart = mostSpecific(
    rules.filter(({ pattern }) => names.some((one) => pattern.matchesFromStart(one))),
    name,
  );
  const chosen = [anywhere, fromStart].filter((rule) => rule !== undefined);
  return { rules: [...new Set(chosen)], isNamed: fromStart !== undefined };
}

/** Of rules that are the same the last one counts. */
function mostSpecific<Rule extends { readonly pattern: Pattern }>(
  rules: readonly Rule[],
  name: string,
): Rule | undefined {
  let best: { readonly rule: Rule; readonly rank: readonly number[] } | undefined;
  for (const rule of rules) {
    const rank = rankOf(rule.pattern.written, name);
    if (best === undefined || compareRanks(rank, best.rank) >= 0) best = { rule, rank };
  }
  return best?.rule;
}

/** How many parts; then, part by part, how much of the image's is the same; then how long each is. */
function rankOf(pattern: string, name: string): readonly number[] {
  const parts = pattern.split('/');
  const given = name.split('/');
  const prefixes = parts.map((part, index) => prefixLength(part, given[index] ?? ''));
  return [parts.length, ...prefixes, ...parts.map((part) => part.length)];
}

/** Ranks of patterns with as many parts are as long. */
function compareRanks(one: readonly number[], other: readonly number[]): number {
  for (const [index, value] of one.entries()) {
    const difference = value - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function prefixLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

/** Each piece between two stars is looked for once, from where the one before it ends. */
function matches(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === name;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  const end = name.length - last.length;
  let from = first.length;
  for (const piece of rest) {
    const at = name.indexOf(piece, from);
    if (at < 0 || at + piece.length > end) return false;
    from = at + piece.length;
  }
  return true;
}
