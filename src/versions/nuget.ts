import { defineScheme } from './scheme.ts';
import { compareKeys, numberKey } from './sort-key.ts';

/**
 * Versions of NuGet packages, as `NuGetVersion.TryParse` reads and its default comparer orders them: SemVer 2.0.0 with one to four
 * numbers, leading zeros and white space around them allowed, build metadata and the case of the pre-release not counted.
 *
 * Numbers are 32-bit. A longer number in front is refused; a pre-release label of more digits (a time stamp) is text to NuGet,
 * and one like `-5` is a negative number.
 */
export const nuget = defineScheme<string>({
  name: 'nuget',
  parse(text) {
    const [, release, prerelease] = pattern.exec(text.trim()) ?? [];
    if (release === undefined) return undefined;
    const numbers = release.split('.').map((number) => number.trim());
    const labels = prerelease === undefined ? [] : prerelease.split('.');
    const isTooLarge = numbers.some((number) => Number(number) > largest);
    const hasLeadingZero = labels.some((label) => /^0[0-9]+$/.test(label));
    if (isTooLarge || hasLeadingZero) return undefined;
    const key = [0, 1, 2, 3].map((index) => numberKey(numbers[index] ?? '')).join('');
    return prerelease === undefined ? `${key}\u0003` : `${key}${labels.map(labelKey).join('')}\u0000`;
  },
  compare: compareKeys,
});

const largest = 2 ** 31 - 1;
const identifiers = String.raw`[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*`;
const pattern = new RegExp(String.raw`^([0-9]+\s*(?:\.\s*[0-9]+\s*){0,3})(?:-(${identifiers}))?(?:\+${identifiers})?$`);

/** Numbers come before text. The offset keeps negative numbers in order. */
function labelKey(label: string): string {
  const value = /^-?[0-9]+$/.test(label) ? Number(label) : NaN;
  const isNumber = value >= -(2 ** 31) && value <= largest;
  return isNumber ? `\u0001${numberKey(String(value + 2 ** 31))}` : `\u0002${label.toLowerCase()}`;
}
