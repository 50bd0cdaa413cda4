import fc from 'fast-check';
import { digestOf } from '#kit/digest.ts';
import type { Finding } from '#findings/finding.ts';
import type { Gap } from '#inventory/coverage.ts';
import type { Inventory } from '#inventory/inventory.ts';
import { isOsPackage, type Package, type PackageType } from '#inventory/package.ts';
import { purlOf } from '#inventory/purl.ts';
import type { Distribution } from '#inventory/distribution.ts';
import type { Report, Subject, Tool } from '#documents/report.ts';

export const tool: Tool = { name: 'bulla', version: '0.1.0' };

const debian: Distribution = {
  id: 'debian',
  version: '12',
  codename: 'bookworm',
  name: 'Debian GNU/Linux 12 (bookworm)',
  endOfLife: '2028-06-30',
  known: true,
};

export const subject: Subject = {
  reference: 'registry.example/team/shop:1.2',
  digest: digestOf('manifest'),
  id: digestOf('configuration'),
  platform: { os: 'linux', architecture: 'amd64' },
  created: '2026-02-03T04:05:06.789Z',
  base: { layers: 1, name: 'registry.example/base:12', by: 'manifest' },
};

/** A package with a purl as the inventory makes it. */
export function packageOf(type: PackageType, name: string, version: string, rest: Partial<Package> = {}): Package {
  const facts = { type, name, version, ...rest };
  return {
    purl: purlOf(facts, isOsPackage(type) ? debian : undefined),
    licenses: [],
    location: isOsPackage(type) ? 'var/lib/dpkg/status' : `app/${name}`,
    layer: 0,
    files: [],
    foundBy: 'test',
    ...facts,
  };
}

const django = packageOf('deb', 'python3-django', '3:3.2.19-1', {
  source: { name: 'python-django', version: '3:3.2.19-1' },
  architecture: 'all',
  licenses: ['BSD-3-clause', 'GPL-2+'],
});

/** Packages of several kinds: one twice, one of a third party, one that belongs to another, one with symbols. */
export const packages: readonly Package[] = [
  packageOf('deb', 'nodejs', '20.1.0', { vendor: 'NodeSource (nodesource.com)', licenses: ['MIT'] }),
  django,
  packageOf('golang', 'golang.org/x/net', 'v0.7.0', { symbols: '1.AAAA', location: 'usr/bin/server', layer: 1 }),
  packageOf('maven', 'org.slf4j:slf4j-api', '1.7.36', { location: 'app/shop.jar!/BOOT-INF/lib/slf4j.jar', layer: 1 }),
  packageOf('npm', '@babel/core', '7.0.0', { licenses: ['(MIT OR Apache-2.0)'], location: 'a/package.json', layer: 1 }),
  packageOf('npm', '@babel/core', '7.0.0', { licenses: ['Custom'], location: 'b/[id]/package.json', layer: 1 }),
  packageOf('pypi', 'Django', '3.2.19', { ownedBy: django.purl, location: 'usr/lib/python3/django/METADATA' }),
];

/** An inventory without gaps. */
export function inventoryOf(rest: Partial<Inventory> = {}, gaps: readonly Gap[] = []): Inventory {
  const layer = (index: number, createdBy: string) => ({
    index,
    digest: digestOf(`stored ${index}`),
    diffId: digestOf(`plain ${index}`),
    createdBy,
    size: 1000,
    absent: false,
  });
  const executables = { total: 3, unknown: [], opaqueTotal: 0, scriptTotal: 2 };
  return {
    distribution: debian,
    packages,
    layers: [layer(0, 'debootstrap'), layer(1, 'COPY . /app')],
    coverage: { sources: [], executables, unread: [], skipped: [{ path: 'proc', layer: 0, why: 'not a file' }], gaps },
    ...rest,
  };
}

export const gaps: readonly Gap[] = [
  { code: 'files-unread', message: '1 place that may tell of packages could not be read', items: ['a.jar: no zip'] },
];

export function findingOf(pkg: Package, rest: Partial<Finding> = {}): Finding {
  const { id = 'CVE-2024-1234' } = rest;
  return {
    id,
    aliases: ['GHSA-aaaa-bbbb-cccc'],
    kind: 'vulnerability',
    package: pkg,
    title: 'Out-of-bounds read in the parser.',
    severity: {
      level: 'high',
      score: 7.5,
      vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H',
      source: 'GHSA-aaaa-bbbb-cccc',
      ratings: [
        { source: `Debian (${id})`, level: 'low' },
        {
          source: 'GHSA-aaaa-bbbb-cccc',
          level: 'high',
          score: 7.5,
          vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H',
        },
        { source: id, level: 'medium', score: 5, vector: 'AV:N/AC:L/Au:N/C:N/I:N/A:P' },
      ],
    },
    fix: { state: 'fixed', versions: ['7.23.2', '8.0.0-alpha.4'] },
    advisories: ['GHSA-aaaa-bbbb-cccc', 'unnamed advisory'],
    references: ['https://example.com/a b', 'javascript:alert(1)', 'no link'],
    published: '2024-05-06T07:08:09Z',
    part: 'own',
    use: 'not-named',
    headersOnly: false,
    why: {
      sentence: `${pkg.name} has ${id}.`,
      searched: [],
      record: 'GHSA-aaaa-bbbb-cccc',
      comparison: '7.0.0 < 7.23.2 (fixed)',
      rule: 'one advisory that says so is enough',
      advisories: [],
    },
    ...rest,
  };
}

/** A report with a finding for every package, each of another kind. */
export function reportOf(rest: Partial<Report> = {}): Report {
  const [nodejs, debianDjango, net, slf4j, babel, copy] = packages;
  const unrated = { level: 'unknown', source: '', ratings: [] } as const;
  const of = (pkg: Package | undefined, facts: Partial<Finding>) => (pkg === undefined ? [] : [findingOf(pkg, facts)]);
  return {
    tool,
    created: '2026-11-21T03:00:00Z',
    subject,
    inventory: inventoryOf({}, gaps),
    matched: {
      findings: [
        ...of(babel, {
          exploited: { cve: 'CVE-2024-1234', added: '2024-06-01', due: '2024-06-22', ransomware: true, name: 'Babel' },
          epss: { score: 0.5, percentile: 0.98, date: '2026-11-20' },
        }),
        ...of(copy, {}),
        ...of(nodejs, {
          id: 'MAL-2024-1',
          kind: 'malware',
          fix: { state: 'undetermined', versions: [] },
          severity: unrated,
        }),
        ...of(net, { id: 'GO-2023-1571', use: 'absent', title: '' }),
        ...of(slf4j, { id: 'RUSTSEC-2020-1', kind: 'informational', fix: { state: 'not-fixed', versions: [] } }),
        ...of(debianDjango, {
          id: 'CVE-2023-9',
          fix: { state: 'wont-fix', versions: [], note: 'minor issue' },
          part: 'base',
        }),
      ],
      gaps: [{ code: 'advisories-stale', message: '1 feed not checked for more than 7 days', items: ['osv npm'] }],
      notes: ['something to know'],
      feeds: [
        {
          feed: 'osv',
          part: 'npm',
          source: 'https://user:secret@mirror.example/osv?sig=secret',
          checked: '2026-11-01T00:00:00Z',
          newest: '2026-10-31T00:00:00Z',
          records: 1000,
        },
      ],
    },
    ...rest,
  };
}

/** Text as only an attacker writes it: control characters, lone surrogates, markup, links, very long, or empty. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
  fc
    .array(
      fc.constantFrom(
        '[a](http://evil.example)',
        '`',
        '``',
        '<img src=x>',
        '{0}',
        '\\',
        '\n',
        '@team',
        '|',
        '../',
        '\0',
        '(',
        'a',
      ),
    )
    .map((pieces) => pieces.join('')),
  fc.constantFrom('', '__proto__', 'a'.repeat(2000), '\ud800', 'LicenseRef-x', '\u202egnp.exe', '](//evil)'),
);

/** A report in which every text that comes from an image or an advisory is hostile. */
export const hostileReport: fc.Arbitrary<Report> = fc
  .record({
    texts: fc.array(hostileText, { minLength: 12, maxLength: 12 }),
    types: fc.array(fc.constantFrom<PackageType>('deb', 'npm', 'maven', 'generic', 'golang'), { maxLength: 5 }),
  })
  .map(({ texts, types }) => {
    const text = (index: number) => texts[index % texts.length] ?? '';
    const hostile = types.map((type, index): Package => ({
      purl: `pkg:generic/${encodeURIComponent(text(index).toWellFormed())}`,
      type,
      name: text(index + 1),
      version: text(index + 2),
      source: { name: text(index + 3), version: text(index + 4) },
      licenses: [text(index + 5), text(index + 6)],
      location: text(index + 7),
      layer: index,
      files: [],
      vendor: text(index + 8),
      foundBy: 'test',
    }));
    const findings = hostile.map((pkg, index) =>
      findingOf(pkg, {
        id: text(index + 9),
        aliases: [text(index + 10)],
        title: text(index + 11),
        advisories: [text(index)],
        references: [text(index + 1)],
        fix: { state: 'fixed', versions: [text(index + 2)] },
        published: text(index + 3),
      }),
    );
    const gap: Gap = { code: 'files-unread', message: text(0), items: [text(1)] };
    const inventory = inventoryOf({ packages: hostile }, [gap]);
    const matched = { findings, gaps: [gap], notes: [text(2)], feeds: [] };
    return reportOf({ subject: { ...subject, reference: text(4), created: text(5) }, inventory, matched });
  });
