import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packageFromPurl } from '#inventory/from-purls.ts';
import type { Package } from '#inventory/package.ts';
import type { Finding } from './finding.ts';
import { findFlaws } from './findings.ts';
import { judgePackages } from './match.ts';
import { inventoryOf, knowledgeOf, type Told } from './testing.ts';

const options = { now: '2026-06-01T12:00:00Z', staleAfter: 120 };
const high = { severities: [{ type: 'CVSS_V3', value: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N' }] } as const;
const critical = { severities: [{ type: 'CVSS_V3', value: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }] } as const;

function match(
  purls: readonly string[],
  told: readonly Told[],
  risk?: Parameters<typeof knowledgeOf>[1],
  more: readonly Package[] = [],
) {
  return findFlaws(inventoryOf(purls, more), knowledgeOf(told, risk), options);
}

/** Findings in one line each: `CVE-1 libssl3 fixed 3.0.2`. */
function lines(findings: readonly Finding[]): string[] {
  return findings.map(({ id, package: pkg, fix }) => [id, pkg.name, fix.state, ...fix.versions].join(' '));
}

const debian = (name: string, version: string, source?: string) =>
  `pkg:deb/debian/${name}@${version}?distro=debian-12${source === undefined ? '' : `&upstream=${source}`}`;

test('a distribution’s package is judged by its source package and the source’s version', () => {
  const told = [{ id: 'DEBIAN-CVE-2024-1', ecosystem: 'Debian:12', name: 'openssl', range: '..3.0.11-1' }];
  assert.deepEqual(lines(match([debian('libssl3', '3.0.10-1', 'openssl')], told).findings), [
    'CVE-2024-1 libssl3 fixed 3.0.11-1',
  ]);
  // A rebuild of the binary alone has a version of its own.
  assert.deepEqual(lines(match([debian('libssl3', '3.0.11-1%2Bb1', 'openssl%403.0.11-1')], told).findings), []);
  assert.deepEqual(
    lines(match([debian('openssl', '3.0.10-1', 'other')], told).findings),
    [],
    'another source of the same binary name',
  );
});

test('a distribution’s package is judged in its own release only', () => {
  const told = [
    { id: 'DEBIAN-CVE-2024-1', ecosystem: 'Debian:11', name: 'curl', range: '..9' },
    { id: 'DEBIAN-CVE-2024-2', ecosystem: 'Debian:12', name: 'curl', range: '..9' },
    { id: 'UBUNTU-CVE-2024-3', ecosystem: 'Ubuntu:22.04:LTS', name: 'curl', range: '..9' },
  ];
  assert.deepEqual(lines(match([debian('curl', '1')], told).findings), ['CVE-2024-2 curl fixed 9']);
});

const statuses: [NonNullable<Told['advisory']>, string[]][] = [
  [{ status: 'affected' }, ['CVE-2024-1 curl not-fixed']],
  [{ status: 'no-dsa', note: 'Minor issue' }, ['CVE-2024-1 curl not-fixed']],
  [{ status: 'ignored' }, ['CVE-2024-1 curl wont-fix']],
  [{ status: 'end-of-life' }, ['CVE-2024-1 curl wont-fix']],
  [{ status: 'postponed' }, ['CVE-2024-1 curl deferred']],
  [{ status: 'undetermined' }, []],
  [{ status: 'not-affected', ranges: [] }, []],
];

for (const [advisory, expected] of statuses) {
  test(`Debian's tracker has the last word: ${advisory.status}`, () => {
    const told: Told[] = [
      { id: 'DEBIAN-CVE-2024-1', ecosystem: 'Debian:12', name: 'curl', range: '..' },
      { id: 'CVE-2024-1', ecosystem: 'Debian:12', name: 'curl', range: '..', feed: 'debian-tracker', advisory },
    ];
    assert.deepEqual(lines(match([debian('curl', '1')], told).findings), expected);
  });
}

test('a fixed version wins over a decision not to publish an advisory', () => {
  const told: Told[] = [
    {
      id: 'CVE-2024-1',
      ecosystem: 'Debian:12',
      name: 'curl',
      range: '..7.88-2',
      feed: 'debian-tracker',
      advisory: { status: 'fixed', note: 'Minor issue' },
    },
  ];
  assert.deepEqual(lines(match([debian('curl', '7.88-1')], told).findings), ['CVE-2024-1 curl fixed 7.88-2']);
});

test('what Debian calls unimportant is negligible, whatever others score', () => {
  const told = (urgency: string): Told => ({
    id: 'DEBIAN-CVE-2024-1',
    ecosystem: 'Debian:12',
    name: 'curl',
    range: '..',
    record: critical,
    advisory: { urgency },
  });
  const [finding] = match([debian('curl', '1')], [told('unimportant')]).findings;
  assert.equal(finding?.severity.level, 'negligible');
  assert.deepEqual(
    finding?.severity.ratings.map(({ level }) => level),
    ['negligible', 'critical'],
  );
  const [unassigned] = match([debian('curl', '1')], [told('not yet assigned')]).findings;
  assert.equal(unassigned?.severity.level, 'critical');
});

test('an erratum folds into the flaws that it corrects, and is itself one only without any', () => {
  const told: Told[] = [
    { id: 'DEBIAN-CVE-2024-1', ecosystem: 'Debian:12', name: 'curl', range: '..2' },
    {
      id: 'DSA-5000-1',
      ecosystem: 'Debian:12',
      name: 'curl',
      range: '..2',
      record: { related: ['CVE-2024-1', 'CVE-2024-2'] },
    },
    { id: 'DLA-1-1', ecosystem: 'Debian:12', name: 'curl', range: '..2' },
  ];
  const { findings } = match([debian('curl', '1')], told);
  assert.deepEqual(findings.map(({ id, advisories }) => `${id}: ${advisories.join(', ')}`).toSorted(), [
    'CVE-2024-1: DEBIAN-CVE-2024-1, DSA-5000-1',
    'CVE-2024-2: DSA-5000-1',
    'DLA-1-1: DLA-1-1',
  ]);
});

test('a record of the flaw itself is believed before an erratum', () => {
  const told: Told[] = [
    { id: 'DEBIAN-CVE-2024-1', ecosystem: 'Debian:12', name: 'curl', range: '..1' },
    { id: 'DSA-5000-1', ecosystem: 'Debian:12', name: 'curl', range: '..3', record: { related: ['CVE-2024-1'] } },
  ];
  assert.deepEqual(lines(match([debian('curl', '2')], told).findings), []);
});

test('Alpine: the security database counts, OSV only where that is not there', () => {
  const osv: Told = { id: 'ALPINE-CVE-2024-1', ecosystem: 'Alpine:v3.20', name: 'openssl', range: '..9-r0' };
  const secdb: Told = {
    id: 'CVE-2024-1',
    ecosystem: 'Alpine:v3.20',
    name: 'openssl',
    range: '..3.3.1-r1',
    feed: 'alpine-secdb',
  };
  const purl = 'pkg:apk/alpine/libssl3@3.3.1-r1?distro=alpine-3.20.2&upstream=openssl';
  assert.deepEqual(lines(match([purl], [osv]).findings), ['CVE-2024-1 libssl3 fixed 9-r0']);
  assert.deepEqual(lines(match([purl], [osv, secdb]).findings), []);
});

test('RHEL family: by binary package, architecture of epochs, and module stream', () => {
  const told: Told[] = [
    {
      id: 'ALSA-2024:1',
      ecosystem: 'AlmaLinux:8',
      name: 'nodejs',
      range: '..1:18.20.2-1.el8',
      record: { related: ['CVE-2024-1'] },
      advisory: { module: 'nodejs:18' },
    },
  ];
  const purl = (stream: string) =>
    `pkg:rpm/almalinux/nodejs@18.19.0-1.el8?epoch=1&distro=almalinux-8.9&rpmmod=${stream}`;
  assert.deepEqual(lines(match([purl('nodejs:18')], told).findings), ['CVE-2024-1 nodejs fixed 1:18.20.2-1.el8']);
  assert.deepEqual(lines(match([purl('nodejs:20')], told).findings), []);
  assert.match(match([purl('nodejs:18')], told).notes[0] ?? '', /corrected issues only/);
});

test('languages: one flaw under several names is one finding, under its CVE', () => {
  const told: Told[] = [
    { id: 'GHSA-aaaa', ecosystem: 'PyPI', name: 'django', range: '3.0..3.2.5', record: { aliases: ['CVE-2024-1'] } },
    {
      id: 'PYSEC-2024-1',
      ecosystem: 'PyPI',
      name: 'django',
      range: '..3.2.5',
      record: { aliases: ['CVE-2024-1', 'GHSA-aaaa'] },
    },
  ];
  const [finding, ...others] = match(['pkg:pypi/Django@3.2.4'], told).findings;
  assert.equal(others.length, 0);
  assert.equal(finding?.id, 'CVE-2024-1');
  assert.deepEqual(finding?.aliases, ['GHSA-aaaa', 'PYSEC-2024-1']);
});

test('languages: names are looked up as the registry takes them', () => {
  const told: Told[] = [
    { id: 'CVE-2024-1', ecosystem: 'PyPI', name: 'foo-bar-baz', range: '..2' },
    { id: 'CVE-2024-2', ecosystem: 'NuGet', name: 'newtonsoft.json', range: '..13.0.1' },
    { id: 'CVE-2024-3', ecosystem: 'Go', name: 'github.com/Masterminds/goutils', range: '..1.1.1' },
    { id: 'CVE-2024-4', ecosystem: 'Maven', name: 'org.apache.logging.log4j:log4j-core', range: '2.0..2.15.0' },
    { id: 'CVE-2024-5', ecosystem: 'npm', name: '@angular/core', range: '..11' },
  ];
  const purls = [
    'pkg:pypi/Foo_Bar.baz@1.0',
    'pkg:nuget/Newtonsoft.Json@12.0.3',
    'pkg:golang/github.com/Masterminds/goutils@v1.1.0',
    'pkg:golang/github.com/masterminds/goutils@v1.1.0',
    'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1',
    'pkg:npm/%40angular/core@10.0.0',
  ];
  assert.deepEqual(
    match(purls, told)
      .findings.map(({ id }) => id)
      .toSorted(),
    ['CVE-2024-1', 'CVE-2024-2', 'CVE-2024-3', 'CVE-2024-4', 'CVE-2024-5'],
  );
});

test('a record that draws a line is believed before one that calls every version affected', () => {
  const told: Told[] = [
    { id: 'PYSEC-1', ecosystem: 'PyPI', name: 'a', range: '..', record: { aliases: ['CVE-2024-1'] } },
    { id: 'GHSA-1', ecosystem: 'PyPI', name: 'a', range: '..2.0', record: { aliases: ['CVE-2024-1'] } },
  ];
  assert.deepEqual(lines(match(['pkg:pypi/a@2.1'], told).findings), []);
  assert.deepEqual(lines(match(['pkg:pypi/a@1.9'], told).findings), ['CVE-2024-1 a fixed 2.0']);
});

test('explicit versions count, with and without ranges', () => {
  const told: Told[] = [
    {
      id: 'CVE-2024-1',
      ecosystem: 'npm',
      name: 'a',
      range: '=1.0.0,1.0.1',
      advisory: { fixedIn: ['1.1.0', '1.0.2', '0.9.9'] },
    },
  ];
  assert.deepEqual(lines(match(['pkg:npm/a@1.0.1'], told).findings), ['CVE-2024-1 a fixed 1.0.2']);
  assert.deepEqual(lines(match(['pkg:npm/a@1.0.2'], told).findings), []);
  const both: Told[] = [
    { id: 'CVE-2024-1', ecosystem: 'npm', name: 'a', range: '..0.5.0', advisory: { versions: ['7.0.0'] } },
  ];
  assert.deepEqual(
    lines(match(['pkg:npm/a@7.0.0'], both).findings),
    ['CVE-2024-1 a fixed 0.5.0'].slice(0, 0).concat('CVE-2024-1 a undetermined'),
  );
});

test('a list of one version is told as such', () => {
  const sentence = (range: string) => {
    const judged = judgePackages(
      inventoryOf(['pkg:npm/a@2.0.0']),
      knowledgeOf([{ id: 'CVE-2024-1', ecosystem: 'npm', name: 'a', range }]),
    );
    return judged.judged[0]?.decisions[0]?.deciding.comparison;
  };
  assert.equal(sentence('=1.0.0'), '2.0.0 is not the version listed');
  assert.equal(sentence('=1.0.0,1.0.1'), '2.0.0 is not among the 2 versions listed');
});

test('a withdrawn record removes itself', () => {
  const told: Told[] = [
    { id: 'CVE-2024-1', ecosystem: 'npm', name: 'a', range: '..2', record: { withdrawn: '2024-05-05T00:00:00Z' } },
  ];
  assert.deepEqual(match(['pkg:npm/a@1.0.0'], told).findings, []);
});

test('a version that cannot be read is undetermined: reported as a gap, never "not affected"', () => {
  const told: Told[] = [{ id: 'CVE-2024-1', ecosystem: 'npm', name: 'a', range: '..2.0.0' }];
  const { findings, gaps } = match(['pkg:npm/a@not-a-version'], told);
  assert.deepEqual(findings, []);
  assert.deepEqual(
    gaps.map(({ code, items }) => [code, items]),
    [['versions-undetermined', ['a not-a-version: CVE-2024-1']]],
  );
});

test('Go: a main module without a version is undetermined', () => {
  const told: Told[] = [
    {
      id: 'GO-2024-1',
      ecosystem: 'Go',
      name: 'example.org/tool',
      range: '..1.2.0',
      record: { aliases: ['CVE-2024-1'] },
    },
  ];
  for (const version of ['(devel)', 'v0.0.0-20240101000000-abcdefabcdef+dirty']) {
    assert.equal(
      match([`pkg:golang/example.org/tool@${encodeURIComponent(version)}`], told).gaps[0]?.code,
      'versions-undetermined',
      version,
    );
  }
});

test('malicious packages are a class of their own, and critical', () => {
  const told: Told[] = [
    { id: 'MAL-2024-1', ecosystem: 'npm', name: 'evil', range: '=1.0.0', record: { kind: 'malware' } },
  ];
  const [finding] = match(['pkg:npm/evil@1.0.0'], told).findings;
  assert.equal(finding?.kind, 'malware');
  assert.equal(finding?.severity.level, 'critical');
});

test('what a distribution’s package owns is left to it, unless nothing is known about that', () => {
  const owner = debian('python3-django', '3:3.2', 'python-django');
  const part = packageFromPurl('pkg:pypi/django@3.2', 'usr/lib/python3/dist-packages/Django.egg-info');
  assert.ok(part !== undefined);
  const python: Told = { id: 'CVE-2024-1', ecosystem: 'PyPI', name: 'django', range: '..4' };
  const distribution: Told = { id: 'DEBIAN-CVE-2024-2', ecosystem: 'Debian:12', name: 'python-django', range: '..3:9' };
  const owned = { ...part, ownedBy: owner };
  assert.deepEqual(
    match([owner], [python, distribution], {}, [owned]).findings.map(({ id }) => id),
    ['CVE-2024-2'],
  );
  assert.deepEqual(
    match([owner], [python], {}, [owned]).findings.map(({ id }) => id),
    ['CVE-2024-1'],
  );
});

test('packages of others than the distribution are not judged by its advisories', () => {
  const told: Told[] = [{ id: 'DEBIAN-CVE-2024-1', ecosystem: 'Debian:12', name: 'nodejs', range: '..99' }];
  const { findings, gaps } = match([`${debian('nodejs', '20.1')}&vendor=NodeSource`], told);
  assert.deepEqual(findings, []);
  assert.deepEqual(
    gaps.map(({ code }) => code),
    ['packages-third-party'],
  );
});

test('what nobody knows about is a gap, not clean', () => {
  const told: Told[] = [{ id: 'DEBIAN-CVE-2024-1', ecosystem: 'Debian:12', name: 'curl', range: '..9' }];
  const codes = (purl: string) => match([purl], told).gaps.map(({ code }) => code);
  assert.deepEqual(codes('pkg:rpm/fedora/bash@5.2-1?distro=fedora-43'), ['distribution-unsupported']);
  assert.deepEqual(codes('pkg:deb/debian/curl@1?distro=debian-99'), ['advisories-missing']);
  assert.deepEqual(codes('pkg:deb/debian/curl@1'), ['distribution-unsupported']);
  assert.deepEqual(codes('pkg:npm/a@1.0.0'), ['advisories-missing']);
  assert.deepEqual(codes('pkg:swift/github.com/a/b@1.0.0'), ['advisories-missing']);
  assert.deepEqual(codes(debian('curl', '10')), []);
});

test('a release past its end of life, and feeds that nobody checked, are gaps', () => {
  const told: Told[] = [
    { id: 'CVE-2024-1', ecosystem: 'Alpine:v3.15', name: 'a', range: '..9-r0', feed: 'alpine-secdb' },
  ];
  assert.deepEqual(
    match(['pkg:apk/alpine/b@1-r0?distro=alpine-3.15'], told).gaps.map(({ code }) => code),
    ['distribution-end-of-life'],
  );
  const later = findFlaws(
    inventoryOf([debian('curl', '10')]),
    knowledgeOf([{ id: 'DEBIAN-CVE-2024-1', ecosystem: 'Debian:12', name: 'x' }]),
    { ...options, now: '2026-07-01T00:00:00Z' },
  );
  assert.deepEqual(
    later.gaps.map(({ code }) => code),
    ['advisories-stale'],
  );
});

test('kernel headers have the kernel’s flaws, and come last', () => {
  const told: Told[] = [
    { id: 'DEBIAN-CVE-2024-1', ecosystem: 'Debian:12', name: 'linux', range: '..', record: critical },
    { id: 'DEBIAN-CVE-2024-2', ecosystem: 'Debian:12', name: 'curl', range: '..' },
  ];
  const { findings } = match([debian('linux-libc-dev', '6.1', 'linux'), debian('curl', '1')], told, {
    exploited: ['CVE-2024-1'],
  });
  assert.deepEqual(
    findings.map(({ id, headersOnly }) => [id, headersOnly]),
    [
      ['CVE-2024-2', false],
      ['CVE-2024-1', true],
    ],
  );
});

test('the order of urgency: exploited, malware, fixable critical, then EPSS × severity', () => {
  const npm = (id: string, name: string, more: Partial<Told> = {}): Told => ({
    id,
    ecosystem: 'npm',
    name,
    range: '..2.0.0',
    ...more,
  });
  const told = [
    npm('CVE-2024-1', 'likely', { record: high }),
    npm('CVE-2024-2', 'unlikely', { record: critical, range: '..' }),
    npm('CVE-2024-3', 'exploited', { record: high }),
    npm('MAL-2024-4', 'malware', { record: { kind: 'malware' } }),
    npm('CVE-2024-5', 'critical', { record: critical }),
    npm('CVE-2024-6', 'unrated', {}),
  ];
  const purls = ['likely', 'unlikely', 'exploited', 'malware', 'critical', 'unrated'].map(
    (name) => `pkg:npm/${name}@1.0.0`,
  );
  const { findings } = match(purls, told, {
    exploited: ['CVE-2024-3'],
    epss: { 'CVE-2024-1': 0.5, 'CVE-2024-2': 0.0001, 'CVE-2024-6': 0.02 },
  });
  assert.deepEqual(
    findings.map((finding) => finding.package.name),
    ['exploited', 'malware', 'critical', 'likely', 'unrated', 'unlikely'],
  );
});

test('every finding says why, and where was looked', () => {
  const told: Told[] = [
    { id: 'GHSA-1', ecosystem: 'npm', name: 'lodash', range: '..4.17.19', record: { aliases: ['CVE-2020-8203'] } },
  ];
  const why = match(['pkg:npm/lodash@4.17.15'], told).findings[0]?.why;
  assert.equal(
    why?.sentence,
    'lodash 4.17.15 has CVE-2020-8203, because GHSA-1 for npm says so: 4.17.15 < 4.17.19 (fixed).',
  );
  assert.deepEqual(why?.searched, [
    { feed: 'osv', source: 'test:', ecosystem: 'npm', name: 'lodash', version: '4.17.15' },
  ]);
});
