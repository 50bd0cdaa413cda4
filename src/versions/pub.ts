import { defineScheme } from './scheme.ts';
import { compareKeys, numberKey } from './sort-key.ts';

/**
 * Versions of Dart packages, as `Version` of pub_semver reads and orders them: SemVer 2.0.0, but with leading zeros allowed and
 * build metadata that counts, after the version without it. Neither a leading `v` nor missing numbers are allowed.
 *
 * Identifiers are numbers if Dart's `int.tryParse` says so: also with a minus sign or in hexadecimal, but only in 64 bits.
 */
export const pub = defineScheme<string>({
  name: 'pub',
  parse(text) {
    const [, major = '', minor = '', patch = '', prerelease, build] = pattern.exec(text) ?? [];
    if (major === '') return undefined;
    const numbers = [major, minor, patch].map((digits) => BigInt(digits));
    if (numbers.some((number) => number > largest)) return undefined;
    const release = numbers.map((number) => numberKey(number.toString())).join('');
    const prereleaseKey = prerelease === undefined ? '\u0003' : identifiersKey(prerelease);
    return release + prereleaseKey + (build === undefined ? '\u0000' : identifiersKey(build));
  },
  compare: compareKeys,
});

const largest = 2n ** 63n - 1n;
const identifiers = String.raw`[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*`;
const pattern = new RegExp(String.raw`^([0-9]+)\.([0-9]+)\.([0-9]+)(?:-(${identifiers}))?(?:\+(${identifiers}))?$`);

/** Numbers come before text. The offset keeps negative numbers in order. */
function identifiersKey(text: string): string {
  const keys = text.split('.').map((identifier) => {
    const value = dartInteger(identifier);
    return value === undefined ? `\u0002${identifier}` : `\u0001${numberKey((value + 2n ** 63n).toString())}`;
  });
  return `${keys.join('')}\u0000`;
}

function dartInteger(text: string): bigint | undefined {
  const [, sign, number] = /^(-?)([0-9]+|0[xX][0-9A-Fa-f]+)$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  const isHexadecimal = /^0x/i.test(number);
  const magnitude = BigInt(number);
  const value = sign === '-' ? -magnitude : magnitude;
  // Hexadecimal digits may fill all 64 bits, the sign bit included.
  if (isHexadecimal && magnitude < 2n ** 64n) return BigInt.asIntN(64, value);
  return value >= -(2n ** 63n) && value <= largest ? value : undefined;
}
