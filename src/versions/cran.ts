import { defineScheme } from './scheme.ts';
import { compareKeys, numbersKey } from './sort-key.ts';

/**
 * Versions of R packages: whole numbers parted by `.` or `-`, which mean the same, as `numeric_version` reads them and
 * `compareVersion` orders them: of two that begin alike the shorter one is older, also where only zeros follow.
 * R keeps the numbers in 32 bits and cannot compare a version with a larger one, so that is refused.
 *
 * `package_version` with its operators pads the shorter one with zeros instead, so that 1.0 equals 1.0.0 there. The older
 * reading is the documented one and the one of OSV, and it errs towards "affected".
 */
export const cran = defineScheme<string>({
  name: 'cran',
  parse(text) {
    if (!/^[0-9]+(?:[.-][0-9]+)*$/.test(text)) return undefined;
    const numbers = text.split(/[.-]/);
    return numbers.some((digits) => Number(digits) >= 2 ** 31) ? undefined : numbersKey(numbers);
  },
  compare: compareKeys,
});
