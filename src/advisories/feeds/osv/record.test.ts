import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { osvRecord } from '#advisories/testing.ts';
import { readOsvRecord } from './record.ts';

test('OSV: only what a record says of the wanted ecosystem is kept, in all of its releases', () => {
  const affected = ['Debian:11', 'Debian:12', 'Ubuntu:22.04:LTS', 'DebianX'].map((ecosystem) => ({
    package: { ecosystem, name: 'curl' },
  }));
  const entry = readOsvRecord({ id: 'X-1', affected }, 'Debian');
  assert.deepEqual(
    entry?.advisories.map(({ ecosystem }) => ecosystem),
    ['Debian:11', 'Debian:12'],
  );
});

test('OSV: ranges of commits are left out and hide no other', () => {
  const ranges = [
    { type: 'GIT', repo: 'https://example.org/r', events: [{ introduced: '0' }, { fixed: 'abc' }] },
    { type: 'ECOSYSTEM', events: [{ introduced: '1.0' }, { last_affected: '1.2' }] },
    { type: 'SEMVER', events: [{ introduced: '2.0.0', fixed: '2.1.0' }] },
  ];
  const entry = readOsvRecord(
    { id: 'X-1', affected: [{ package: { ecosystem: 'PyPI', name: 'Foo_Bar.baz' }, ranges }] },
    'PyPI',
  );
  assert.deepEqual(entry?.advisories[0]?.ranges, [
    { order: 'ecosystem', events: [{ introduced: '1.0' }, { last_affected: '1.2' }] },
    { order: 'semver', events: [{ introduced: '2.0.0' }, { fixed: '2.1.0' }] },
  ]);
  assert.equal(entry?.advisories[0]?.package, 'foo-bar-baz');
});

test('OSV: ratings of records, packages and words', () => {
  const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
  const rated = { severity: [{ type: 'CVSS_V3', score: vector }], database_specific: { severity: 'MODERATE' } };
  assert.deepEqual(readOsvRecord(osvRecord('GHSA-1', 'npm', 'a', '1', rated), 'npm')?.record.severities, [
    { type: 'CVSS_V3', value: vector },
    { type: 'word', value: 'moderate' },
  ]);
  const ubuntu = { severity: [{ type: 'Ubuntu', score: 'medium' }] };
  assert.deepEqual(
    readOsvRecord(osvRecord('UBUNTU-CVE-1', 'Ubuntu:22.04:LTS', 'a', '1', ubuntu), 'Ubuntu')?.record.severities,
    [{ type: 'word', value: 'medium' }],
  );
  const erratum = { summary: 'Important: nodejs:18 security update', related: ['CVE-2024-1'] };
  assert.deepEqual(
    readOsvRecord(osvRecord('ALSA-2024:1', 'AlmaLinux:8', 'nodejs', '1', erratum), 'AlmaLinux')?.record.severities,
    [{ type: 'word', value: 'important' }],
  );
});

test('OSV: an erratum about a module is about packages of that module only', () => {
  const erratum = { summary: 'Important: nodejs:18 security update', related: ['CVE-2024-1'] };
  const inModule = readOsvRecord(
    osvRecord('ALSA-1', 'AlmaLinux:8', 'nodejs', '1:18.19.0-1.module_el8.9.0+3731+490e3ecb', erratum),
    'AlmaLinux',
  );
  assert.equal(inModule?.advisories[0]?.module, 'nodejs:18');
  const plain = readOsvRecord(osvRecord('ALSA-2', 'AlmaLinux:8', 'bash', '5.1-1.el8', erratum), 'AlmaLinux');
  assert.equal(plain?.advisories[0]?.module, undefined);
});

test('OSV: malware, notices, and errata that correct no flaw', () => {
  assert.equal(readOsvRecord(osvRecord('MAL-2024-1', 'npm', 'evil', '9'), 'npm')?.record.kind, 'malware');
  const notice = (informational: string | null) =>
    readOsvRecord(
      {
        id: 'RUSTSEC-1',
        affected: [{ package: { ecosystem: 'crates.io', name: 'a' }, database_specific: { informational } }],
      },
      'crates.io',
    )?.record.kind;
  assert.equal(notice('unmaintained'), 'informational');
  assert.equal(notice('unsound'), 'vulnerability');
  assert.equal(notice(null), 'vulnerability');
  assert.equal(readOsvRecord(osvRecord('ALBA-2024:1', 'AlmaLinux:8', 'a', '1'), 'AlmaLinux'), undefined);
  assert.ok(
    readOsvRecord(osvRecord('ALBA-2024:1', 'AlmaLinux:8', 'a', '1', { related: ['CVE-2024-1'] }), 'AlmaLinux') !==
      undefined,
  );
});

test('OSV: year 1 is no date', () => {
  const { record } =
    readOsvRecord(
      osvRecord('GO-1', 'Go', 'stdlib', '1.2', {
        published: '0001-01-01T00:00:00Z',
        withdrawn: '2024-01-01T00:00:00Z',
      }),
      'Go',
    ) ?? {};
  assert.equal(record?.published, undefined);
  assert.equal(record?.withdrawn, '2024-01-01T00:00:00Z');
});

test('OSV: any JSON is a record or none', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => void readOsvRecord(value, 'npm')));
  const keys = fc.constantFrom(
    'id',
    'affected',
    'package',
    'ecosystem',
    'name',
    'ranges',
    'events',
    'severity',
    'database_specific',
  );
  const values = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom('npm', 'SEMVER', 0, null, 'introduced'),
      fc.array(tie('value')),
      fc.dictionary(keys, tie('value')),
    ),
  })).value;
  fc.assert(fc.property(values, (value) => void readOsvRecord(value, 'npm')));
});
