import { isOsPackage, type PackageType } from '#inventory/package.ts';
import { compareVersions, type SchemeName } from '#versions/index.ts';
import type { Finding } from './finding.ts';

/** One step that a person can take, and what it mends. */
export interface Upgrade {
  /** The package to upgrade; for a distribution the source package, whose binary packages go together. */
  readonly name: string;
  readonly installed: string;
  /** The lowest version that mends all of `findings`. */
  readonly to: string;
  /** What it mends, the most urgent first. */
  readonly findings: readonly Finding[];
}

/**
 * Groups findings that can be fixed by the upgrade that fixes them; the one that should come first comes first.
 * @param findings all that there are, so that no upgrade stops at a version that has another flaw
 * @param wanted what the upgrades should be for: those that mend none of it are left out
 */
export function upgradesFor(findings: readonly Finding[], wanted: readonly Finding[] = findings): Upgrade[] {
  const groups = new Map<string, Finding[]>();
  // The findings are in the order of urgency, and so the groups come in the order of their most urgent one.
  for (const finding of findings) {
    if (finding.fix.state !== 'fixed') continue;
    const { name, version } = upgradable(finding);
    const key = `${finding.package.type} ${name} ${version}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  const isWanted = new Set(wanted);
  return [...groups.values()]
    .filter((group) => group.some((finding) => isWanted.has(finding)))
    .map(toUpgrade)
    .toSorted(byWorth);
}

function toUpgrade(findings: readonly Finding[]): Upgrade {
  const [first] = findings;
  if (first === undefined) throw new Error('a group has at least one finding');
  const { name, version } = upgradable(first);
  const fixes = findings.map(({ fix }) => fix.versions[0]).filter((fix) => fix !== undefined);
  const ordered = fixes.toSorted((a, b) => compareVersions(schemeOf[first.package.type], a, b) ?? 0);
  return { name, installed: version, to: ordered.at(-1) ?? '', findings };
}

function upgradable({ package: pkg }: Finding): { name: string; version: string } {
  return isOsPackage(pkg.type) ? (pkg.source ?? pkg) : pkg;
}

/** What is exploited or malicious comes first, then what mends most that is critical, then high, then at all. */
function byWorth(a: Upgrade, b: Upgrade): number {
  for (const count of worth) {
    const difference = count(b.findings) - count(a.findings);
    if (difference !== 0) return difference;
  }
  return a.name < b.name ? -1 : 1;
}

const worth: readonly ((findings: readonly Finding[]) => number)[] = [
  (findings) => flaws(findings.filter((finding) => !finding.headersOnly && isUrgent(finding))),
  (findings) => (findings.every(({ headersOnly }) => headersOnly) ? 0 : 1),
  (findings) => flaws(findings.filter(({ severity }) => severity.level === 'critical')),
  (findings) => flaws(findings.filter(({ severity }) => severity.level === 'high')),
  flaws,
];

function isUrgent({ exploited, kind, use }: Finding): boolean {
  return (exploited !== undefined || kind === 'malware') && use !== 'absent';
}

/** One flaw in several binary packages of one source is mended once. */
function flaws(findings: readonly Finding[]): number {
  return new Set(findings.map(({ id }) => id)).size;
}

const schemeOf: Readonly<Record<PackageType, SchemeName>> = {
  apk: 'apk',
  cargo: 'semver',
  composer: 'composer',
  deb: 'dpkg',
  gem: 'gem',
  generic: 'semver',
  golang: 'go',
  maven: 'maven',
  npm: 'semver',
  nuget: 'nuget',
  opkg: 'dpkg',
  pypi: 'pep440',
  rpm: 'rpm',
};
