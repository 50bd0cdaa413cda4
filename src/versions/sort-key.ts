/*
 * Most schemes compare their parts from left to right and stop at the first difference. Such a version is kept as one text, its
 * sort key, which sorts as the version does: reading happens once, comparing is a comparison of two texts, and the order is
 * total because that of texts is. Control characters say what kind of part follows and so rank the kinds.
 */

/** Orders sort keys: by UTF-16 code unit, a shorter one before what continues it. */
export function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The sort key of a whole number written in ASCII digits, however many: its length without leading zeros, then those digits. */
export function numberKey(digits: string): string {
  let start = 0;
  while (start < digits.length && digits[start] === '0') start++;
  return String.fromCharCode(digits.length - start) + digits.slice(start);
}

/** The sort key of a list of whole numbers. Of two lists that begin alike the shorter one comes first. */
export function numbersKey(numbers: readonly string[]): string {
  return `${numbers.map((digits) => `\u0001${numberKey(digits)}`).join('')}\u0000`;
}
