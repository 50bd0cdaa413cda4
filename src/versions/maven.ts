import { defineScheme } from './scheme.ts';
import { compareKeys, numberKey } from './sort-key.ts';

/** A number or a qualifier as sort key, or a nested list, which is always the last of its list. */
type Item = string | readonly Item[];

/**
 * Versions of Maven artifacts, as `ComparableVersion` of Maven 3.9 orders them: any text is a version. A hyphen, and each change
 * between digits and letters, opens a nested list; in every list trailing zeros and release qualifiers do not count.
 *
 * Maven's order is not transitive where a qualifier follows a dot, or `ga` has a number: 1-rc < 1 and 1 < 1.x.2, yet
 * 1.x.2 < 1-rc. Here each pair is answered as Maven answers it; without such qualifiers the order is total.
 */
export const maven = defineScheme<readonly Item[]>({
  name: 'maven',
  parse(text) {
    const root: Item[] = [];
    const lists = [root];
    let list = root;
    const nest = (): void => {
      const inner: Item[] = [];
      list.push(inner);
      lists.push(inner);
      list = inner;
    };
    for (const [token, separator] of tokensOf(text.toLowerCase())) {
      const isNumber = /^[0-9]/.test(token);
      // A qualifier before a digit or at the end gets its own list, whatever stands before it: 1.x is 1-x.
      if (!isNumber && token !== '' && separator !== '.' && separator !== '-' && list.length > 0) nest();
      if (isNumber) list.push(numberItem(token));
      else if (token !== '') list.push(qualifierItem(token, separator === 'digit'));
      else if (separator !== 'end') list.push(zero);
      if (separator !== '.' && separator !== 'end') nest();
    }
    for (const each of lists.toReversed()) dropTrailingNulls(each);
    return root;
  },
  compare: compareLists,
});

type Separator = '.' | '-' | 'digit' | 'letter' | 'end';

/** The stretches of digits and of other characters, each with what ended it. */
function* tokensOf(text: string): Generator<readonly [token: string, separator: Separator]> {
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '.' || character === '-') {
      yield [text.slice(start, i), character];
      start = i + 1;
    } else if (i > start && isDigit(text, i) !== isDigit(text, i - 1)) {
      yield [text.slice(start, i), isDigit(text, i) ? 'digit' : 'letter'];
      start = i;
    }
  }
  yield [text.slice(start), 'end'];
}

/** What a missing item is compared as: the plain release, which ranks among the qualifiers. */
const qualifiers = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
const aliases = new Map([
  ['ga', ''],
  ['final', ''],
  ['release', ''],
  ['cr', 'rc'],
]);
const shortForms = new Map([
  ['a', 'alpha'],
  ['b', 'beta'],
  ['m', 'milestone'],
]);

/** Unknown qualifiers come after all known ones, by their text. */
function qualifierItem(text: string, isBeforeDigit: boolean): string {
  const long = (isBeforeDigit ? shortForms.get(text) : undefined) ?? text;
  const name = aliases.get(long) ?? long;
  const known = qualifiers.indexOf(name);
  return `\u0001${known < 0 ? `${qualifiers.length}-${name}` : known}`;
}

function numberItem(digits: string): string {
  return `\u0003${numberKey(digits)}`;
}

const zero = numberItem('0');
const release = qualifierItem('', false);
/** The rank of a nested list: after every qualifier, before every number. */
const listRank = '\u0002';

function dropTrailingNulls(list: Item[]): void {
  for (let i = list.length - 1; i >= 0; i--) {
    const item = list[i];
    if (item === zero || item === release || (typeof item === 'object' && item.length === 0)) list.splice(i, 1);
    else if (typeof item === 'string') return;
  }
}

function compareLists(a: readonly Item[], b: readonly Item[]): number {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = compareItems(a[i], b[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareItems(a: Item | undefined, b: Item | undefined): number {
  if (a === undefined) return b === undefined ? 0 : -compareWithNothing(b);
  if (b === undefined) return compareWithNothing(a);
  if (typeof a === 'string') return compareKeys(a, typeof b === 'string' ? b : listRank);
  return typeof b === 'string' ? compareKeys(listRank, b) : compareLists(a, b);
}

/** A number is compared with 0, a qualifier with the release, and of a list its first item that differs from nothing. */
function compareWithNothing(item: Item): number {
  if (typeof item === 'string') return compareKeys(item, item.startsWith('\u0003') ? zero : release);
  for (const inner of item) {
    const difference = compareWithNothing(inner);
    if (difference !== 0) return difference;
  }
  return 0;
}

function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 48 && code <= 57;
}
