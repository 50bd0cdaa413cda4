import { defineScheme } from './scheme.ts';
import { compareKeys, numberKey } from './sort-key.ts';

/**
 * Versions of Composer packages: what `VersionParser` of composer/semver 3 normalises, in the order of PHP's `version_compare`,
 * dev < alpha < beta < RC < stable < patch. That takes in a leading `v`, one to four numbers, dates, `@stability` and
 * `… as alias` behind a version, and number branches: `1.x-dev` is above every 1.
 *
 * A named branch (`dev-main`) comes before all numbers, as Composer says. It does not compare two of them; here they are
 * ordered by name, so that only a branch equals itself.
 */
export const composer = defineScheme<string>({
  name: 'composer',
  parse(text) {
    const trimmed = text.trim();
    const unaliased = /^([^,\s]+) +as +[^,\s]+$/.exec(trimmed)?.[1] ?? trimmed;
    const version = unaliased.replace(/@(?:stable|rc|beta|alpha|dev)$/i, '');
    if (/^dev-/i.test(version)) return branch + version.slice(4);
    if (version === 'master' || version === 'trunk' || version === 'default') return branch + version;
    const release = /^([^,\s+]+)\+\S+$/.exec(version)?.[1] ?? version;
    return classicalKey(release) ?? dateKey(release) ?? branchKey(release);
  },
  compare: compareKeys,
});

const branch = '\u0000';
const numbered = '\u0001';

const modifier = String.raw`[._-]?(?:(stable|beta|b|rc|alpha|a|patch|pl|p)((?:[.-]?[0-9])*))?([.-]?dev)?`;
const classical = new RegExp(String.raw`^v?([0-9]{1,5}(?:\.[0-9]+){0,3})${modifier}$`, 'i');
const date = new RegExp(String.raw`^v?([0-9]{4}(?:[.:-]?[0-9]{2}){1,6}(?:[.:-]?[0-9]{1,3}){0,2})${modifier}$`, 'i');
const numberBranch = /^v?([0-9]+(?:\.(?:[0-9]+|[x*])){0,3})\s*[.-]?dev$/i;

/** One to four numbers, the first of at most five digits; missing ones are 0. */
function classicalKey(text: string): string | undefined {
  const [, release, stability, count, dev] = classical.exec(text) ?? [];
  return release === undefined ? undefined : versionKey(pad(release.split('.'), '0'), stability, count, dev);
}

function dateKey(text: string): string | undefined {
  const [, release, stability, count, dev] = date.exec(text) ?? [];
  return release === undefined ? undefined : versionKey(release.split(/[.:-]/), stability, count, dev);
}

/** Whatever is not said of a branch is as high as Composer can count. */
function branchKey(text: string): string | undefined {
  const [, release] = numberBranch.exec(text) ?? [];
  if (release === undefined) return undefined;
  const numbers = pad(release.split('.'), 'x').map((part) => (/^[0-9]/.test(part) ? part : '9999999'));
  return versionKey(numbers, undefined, undefined, 'dev');
}

function pad(parts: readonly string[], filler: string): string[] {
  return [0, 1, 2, 3].map((index) => parts[index] ?? filler);
}

/** What can come at a place where two versions begin to differ, the lowest first. */
const kind = {
  unknown: '\u0000',
  dev: '\u0001',
  alpha: '\u0002',
  beta: '\u0003',
  rc: '\u0004',
  end: '\u0005',
  number: '\u0006',
  patch: '\u0007',
};
const kindOfInitial = new Map([
  ['a', kind.alpha],
  ['b', kind.beta],
  ['r', kind.rc],
  ['p', kind.patch],
]);

function versionKey(release: readonly string[], stability = '', count = '', dev = ''): string {
  let key = numbered + release.map(partKey).join('');
  // Composer drops the rest behind a lower-case `stable`; in capitals it keeps the word, which PHP does not know.
  if (stability !== '' && stability !== 'stable') {
    key += kindOfInitial.get(stability.slice(0, 1).toLowerCase()) ?? kind.unknown;
    key += (count.match(/[0-9]+/g) ?? []).map(partKey).join('');
  }
  if (dev !== '' && stability !== 'stable') key += kind.dev;
  return key + kind.end;
}

/** PHP reads numbers into 64 bits and stops at the largest. */
function partKey(digits: string): string {
  return kind.number + numberKey(digits.length < 19 || BigInt(digits) < largest ? digits : largest.toString());
}

const largest = 2n ** 63n - 1n;
