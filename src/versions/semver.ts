import { defineScheme } from './scheme.ts';
import { compareKeys, numberKey } from './sort-key.ts';

/**
 * Semantic Versioning 2.0.0 with its precedence rules (clause 11): npm, crates.io and every "SEMVER" range of OSV. Build metadata
 * does not count, and numbers have no upper limit.
 *
 * Besides the strict form it reads what npm's own client reads, because such versions are in its registry: `v`, `=` and white
 * space before it, leading zeros, and a pre-release of letters without its hyphen (`3.10.0pr1`). Advisories shorten releases
 * to `1` or `1.2`; the missing numbers are 0, as OSV takes them. A fourth number, or a shortened version with a pre-release
 * (`2022-03-10`), is not a version.
 */
export const semver = defineScheme<string>({
  name: 'semver',
  parse(text) {
    const [, major, minor = '0', patch = '0', hyphenated, glued] = pattern.exec(text.trim()) ?? [];
    if (major === undefined) return undefined;
    return precedenceKey([major, minor, patch], hyphenated ?? glued);
  },
  compare: compareKeys,
});

const identifiers = String.raw`[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*`;
const gluedIdentifiers = String.raw`[A-Za-z][0-9A-Za-z-]*(?:\.[0-9A-Za-z-]+)*`;
const suffix = String.raw`(?:-(${identifiers})|(${gluedIdentifiers}))?(?:\+${identifiers})?`;
const pattern = new RegExp(String.raw`^[v=\s]*([0-9]+)(?:\.([0-9]+)(?:\.([0-9]+)${suffix})?)?$`);

/** The sort key for SemVer's precedence, of the three numbers and the identifiers of the pre-release. */
export function precedenceKey(numbers: readonly string[], prerelease: string | undefined): string {
  const release = numbers.map(numberKey).join('');
  if (prerelease === undefined) return `${release}\u0003`;
  const keys = prerelease
    .split('.')
    .map((part) => (/^[0-9]+$/.test(part) ? `\u0001${numberKey(part)}` : `\u0002${part}`));
  return `${release}${keys.join('')}\u0000`;
}
