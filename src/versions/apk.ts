import { defineScheme } from './scheme.ts';
import { compareKeys, numberKey } from './sort-key.ts';

/**
 * Versions of Alpine packages, `number{.number}[letter]{_suffix[number]}[~hash][-rN]`, as apk-tools 3 validates and compares
 * them (`src/version.c`, `apk version --check` and `--test`). A part that is missing is not the same as a part that is 0:
 * 1.0 comes before 1.0-r0 and 1.0_alpha before 1.0_alpha0.
 */
export const apk = defineScheme<string>({
  name: 'apk',
  parse(text) {
    const match = /^([0-9]+)((?:\.[0-9]+)*)([a-z]?)((?:_[a-z]+[0-9]*)*)(?:~([0-9a-f]+))?(?:-r([0-9]+))?$/.exec(text);
    if (match === null) return undefined;
    const [, first = '', rest = '', letter = '', suffixes = '', hash, revision] = match;
    let key = wrappedKey(first);
    for (const digits of rest.split('.').slice(1)) key += kind.number + fractionKey(digits);
    if (letter !== '') key += kind.letter + letter;
    for (const suffix of suffixes.split('_').slice(1)) {
      const suffixText = suffixKey(suffix);
      if (suffixText === undefined) return undefined;
      key += suffixText;
    }
    if (hash !== undefined) key += kind.hash + hash;
    if (revision !== undefined) key += kind.revision + wrappedKey(revision);
    return key + kind.end;
  },
  compare: compareKeys,
});

/** What can come at a place where two versions begin to differ in kind, the lowest first. */
const kind = {
  suffixBefore: '\u0001',
  end: '\u0002',
  revision: '\u0003',
  hash: '\u0004',
  suffixNumber: '\u0005',
  suffixAfter: '\u0006',
  letter: '\u0007',
  number: '\u0008',
} as const;

const suffixesBefore = ['alpha', 'beta', 'pre', 'rc'];
const suffixesAfter = ['cvs', 'svn', 'git', 'hg', 'p'];

function suffixKey(suffix: string): string | undefined {
  const name = suffix.replace(/[0-9]+$/, '');
  const digits = suffix.slice(name.length);
  const before = suffixesBefore.indexOf(name);
  const after = suffixesAfter.indexOf(name);
  if (before < 0 && after < 0) return undefined;
  const key = before < 0 ? kind.suffixAfter + String(after) : kind.suffixBefore + String(before);
  return digits === '' ? key : key + kind.suffixNumber + wrappedKey(digits);
}

/** A number after a dot is compared as text if it begins with 0, like the digits of a decimal fraction: 1.01 < 1.010 < 1.1. */
function fractionKey(digits: string): string {
  return digits.startsWith('0') ? `\u0001${digits}` : `\u0002${wrappedKey(digits)}`;
}

/** apk keeps numbers in 64 bits and lets them wrap around. */
function wrappedKey(digits: string): string {
  return numberKey(digits.length < 20 ? digits : BigInt.asUintN(64, BigInt(digits)).toString());
}
