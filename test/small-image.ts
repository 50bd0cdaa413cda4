import { packTar, writeLayout, type PackedEntry } from '#image/testing.ts';
import { osvArchive, osvRecord, writeFiles } from '#advisories/testing.ts';
import { newFolder } from '#kit/testing.ts';

/**
 * A small image of which everything is known: five packages of npm, four of them with one flaw each, all of another kind. Scanning it leaves no gap,
 * so that its exit code is the gate's.
 */
export const flaws = {
  /** In kettle 1.0.0, fixed in 1.0.1. */
  critical: 'CVE-2024-90001',
  /** In teapot 1.0.0, without a fix. */
  high: 'CVE-2024-90002',
  /** In spoon 1.0.0, fixed in 1.2.0. */
  medium: 'CVE-2024-90003',
  /** In sugar 1.0.0, fixed in 2.0.0; it is in CISA's catalogue. */
  exploitedLow: 'CVE-2024-90004',
} as const;

/** Writes the image, and gives how the command line names it. */
export function writeSmallImage(): string {
  const layout = newFolder('small');
  writeLayout(layout, [{ tag: '1', layers: [packTar(npmPackages('kettle', 'teapot', 'spoon', 'sugar', 'biscuit'))] }]);
  return `oci:${layout}:1`;
}

/** Packages of npm as they are installed, each of version 1.0.0. */
export function npmPackages(...names: readonly string[]): PackedEntry[] {
  return names.map((name) => ({
    path: `app/node_modules/${name}/package.json`,
    content: JSON.stringify({ name, version: '1.0.0' }),
  }));
}

/** Writes what is known about it, in the layout that publishers have. */
export function writeSmallFeed(): string {
  const folder = newFolder('feed');
  const records = [
    advisory(flaws.critical, 'kettle', '1.0.1', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'),
    advisory(flaws.high, 'teapot', undefined, 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N'),
    advisory(flaws.medium, 'spoon', '1.2.0', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N'),
    advisory(flaws.exploitedLow, 'sugar', '2.0.0', 'CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N'),
  ];
  const exploited = { cveID: flaws.exploitedLow, dateAdded: '2024-02-01', vulnerabilityName: 'Sugar Caramelization' };
  writeFiles(folder, {
    'npm/all.zip': osvArchive(records),
    'kev.json': JSON.stringify({ dateReleased: '2024-02-01T00:00:00Z', count: 1, vulnerabilities: [exploited] }),
  });
  return folder;
}

function advisory(cve: string, name: string, fixed: string | undefined, vector: string) {
  const id = cve.replace('CVE', 'GHSA');
  const record = osvRecord(id, 'npm', name, fixed ?? '0', {
    aliases: [cve],
    severity: [{ type: 'CVSS_V3', score: vector }],
  });
  if (fixed !== undefined) return record;
  const ranges = [{ type: 'SEMVER', events: [{ introduced: '0' }] }];
  return { ...record, affected: [{ package: { ecosystem: 'npm', name }, ranges }] };
}
