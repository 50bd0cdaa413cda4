import { defineScheme } from './scheme.ts';
import { compareKeys, numbersKey } from './sort-key.ts';

/**
 * Versions of Haskell packages, as `Data.Version` reads and orders them: a list of numbers, where 1.0 comes before 1.0.0, and
 * obsolete tags (`1.0-beta`) that do not count. Cabal refuses leading zeros and more than nine digits; they are read here.
 */
export const hackage = defineScheme<string>({
  name: 'hackage',
  parse(text) {
    const [, numbers] = /^([0-9]+(?:\.[0-9]+)*)(?:-[\p{L}\p{N}]+)*$/u.exec(text) ?? [];
    return numbers === undefined ? undefined : numbersKey(numbers.split('.'));
  },
  compare: compareKeys,
});
