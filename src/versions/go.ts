import { defineScheme } from './scheme.ts';
import { precedenceKey } from './semver.ts';
import { compareKeys, numberKey } from './sort-key.ts';

/**
 * Go module versions as golang.org/x/mod/semver reads them, and the versions of the toolchain as go/version does, in one
 * order, because the advisories of the standard library write toolchains as SemVer (`1.21.0-rc.2` for `go1.21rc2`).
 *
 * The `v` may be missing, as OSV leaves it out. Pseudo-versions are pre-releases and `+incompatible` is build metadata.
 * A toolchain begins with `go` (then a suffix such as `-bigcorp` does not count) or is told by `rc`, `beta` or `alpha` behind
 * its second number. `go1.21` is the language version, which comes before the first release candidate; up to `go1.20` it is
 * the release. A development build (`devel …`, `(devel)`) is not a version.
 */
export const go = defineScheme<string>({
  name: 'go',
  parse(text) {
    if (text.startsWith('go')) return toolchainKey(text.slice(2).replace(/-.*$/s, ''));
    const [, major, minor = '0', patch = '0', prerelease] = modulePattern.exec(text) ?? [];
    if (major === undefined) return /[0-9](?:alpha|beta|rc)[0-9]+$/.test(text) ? toolchainKey(text) : undefined;
    return precedenceKey([major, minor, patch], prerelease);
  },
  compare: compareKeys,
});

const number = '(0|[1-9][0-9]*)';
const identifiers = (identifier: string): string => String.raw`${identifier}(?:\.${identifier})*`;
const prereleaseIdentifiers = identifiers(String.raw`(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)`);
const modulePattern = new RegExp(
  String.raw`^v?${number}(?:\.${number}(?:\.${number}(?:-(${prereleaseIdentifiers}))?(?:\+${identifiers('[0-9A-Za-z-]+')})?)?)?$`,
);
const toolchainPattern = new RegExp(String.raw`^${number}(?:\.${number}(?:\.${number}|([a-z]+)${number}?)?)?$`);

function toolchainKey(text: string): string | undefined {
  const [, major, minor, patch, kind, count] = toolchainPattern.exec(text) ?? [];
  if (major === undefined) return undefined;
  const release = [major, minor ?? '0', patch ?? '0'];
  if (kind !== undefined) return precedenceKey(release, count === undefined ? kind : `${kind}.${count}`);
  const isLanguage = minor !== undefined && patch === undefined && compareKeys(numberKey(minor), numberKey('21')) >= 0;
  return isLanguage ? `${release.map(numberKey).join('')}\u0000` : precedenceKey(release, undefined);
}
