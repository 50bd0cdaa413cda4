import { defineScheme } from './scheme.ts';
import { compareKeys, numberKey } from './sort-key.ts';

/**
 * Versions of Ruby gems, as `Gem::Version` reads and orders them: numbers and words in turn, where a word makes a pre-release
 * and a hyphen stands for `.pre.`. Trailing zeros do not count, neither at the end nor before the first word.
 */
export const gem = defineScheme<readonly string[]>({
  name: 'gem',
  parse(text) {
    if (!/^\s*[0-9]+(?:\.[0-9A-Za-z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?\s*$/.test(text)) return undefined;
    const segments = text.replaceAll('-', '.pre.').match(/[0-9]+|[A-Za-z]+/g) ?? [];
    const keys = segments.map((segment) =>
      /^[0-9]/.test(segment) ? `\u0002${numberKey(segment)}` : `\u0001${segment}`,
    );
    const firstWord = keys.findIndex((key) => key.startsWith('\u0001'));
    const numbers = firstWord < 0 ? keys : keys.slice(0, firstWord);
    return [...withoutTrailingZeros(numbers), ...withoutTrailingZeros(keys.slice(numbers.length))];
  },
  compare(a, b) {
    const length = Math.max(a.length, b.length);
    for (let i = 0; i < length; i++) {
      const difference = compareKeys(a[i] ?? zero, b[i] ?? zero);
      if (difference !== 0) return difference;
    }
    return 0;
  },
});

const zero = `\u0002${numberKey('0')}`;

function withoutTrailingZeros(keys: readonly string[]): readonly string[] {
  return keys.slice(0, keys.findLastIndex((key) => key !== zero) + 1);
}
