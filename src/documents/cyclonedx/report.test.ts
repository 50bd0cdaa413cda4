import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { writeIdentified } from '#documents/derived-uuid.ts';
import { cyclonedxReport, makeReport } from './report.ts';
import { schemaCheck } from './schema-check.ts';
import { findingOf, hostileReport, inventoryOf, packageOf, packages, reportOf } from '#documents/testing.ts';
import { cyclonedx16, type CyclonedxVersion } from './versions.ts';

const options = { colour: false, all: true };

function vulnerabilitiesIn(text: string): JsonObject[] {
  return asList(asObject(parseJson(text))?.['vulnerabilities']).map((one) => asObject(one) ?? {});
}

const written = cyclonedxReport.write(reportOf(), options);
const [first = {}, copy = {}, malware = {}, , notice = {}, distribution = {}] = vulnerabilitiesIn(written);

function propertyOf(of: JsonObject, name: string): unknown {
  return asList(of['properties'])
    .map(asObject)
    .find((property) => property?.['name'] === name)?.['value'];
}

test('the official schema accepts it', async (t) => {
  const check = await schemaCheck('1.6');
  if (check === undefined) return t.skip('@cyclonedx/cyclonedx-library is not installed');
  assert.equal(await check(written), null);
});

test('there is one vulnerability a finding, which names its package', () => {
  const { matched, inventory } = reportOf();
  const found = vulnerabilitiesIn(written);
  assert.deepEqual(
    found.map(({ id }) => id),
    matched.findings.map(({ id }) => id),
  );
  assert.equal(new Set(found.map((one) => one['bom-ref'])).size, found.length);
  const refs = asList(asObject(parseJson(written))?.['components']).map((one) => asObject(one)?.['bom-ref']);
  for (const [index, one] of found.entries()) {
    const { package: pkg } = matched.findings[index] ?? {};
    const ref = refs[inventory.packages.findIndex((candidate) => candidate === pkg) + 1];
    assert.deepEqual(one['affects'], [{ ref, versions: [{ version: pkg?.version, status: 'affected' }] }]);
  }
});

test('a finding for a package that is not in the inventory is not lost', () => {
  const findings = [findingOf(packageOf('npm', 'stray', '1.0.0'))];
  const report = reportOf({ inventory: inventoryOf(), matched: { findings, gaps: [], notes: [], feeds: [] } });
  assert.equal(vulnerabilitiesIn(cyclonedxReport.write(report, options)).length, 1);
});

test('the rating that counts comes first, and none is left out', () => {
  const source = (name: string) => ({ name });
  assert.deepEqual(first['ratings'], [
    {
      source: source('GHSA-aaaa-bbbb-cccc'),
      score: 7.5,
      severity: 'high',
      method: 'CVSSv31',
      vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H',
    },
    { source: source('Debian (CVE-2024-1234)'), severity: 'low', method: 'other' },
    {
      source: source('CVE-2024-1234'),
      score: 5,
      severity: 'medium',
      method: 'CVSSv2',
      vector: 'AV:N/AC:L/Au:N/C:N/I:N/A:P',
    },
  ]);
  assert.deepEqual(malware['ratings'], [{ severity: 'unknown', method: 'other' }]);
});

test('it says what to do, or why nothing can be done', () => {
  assert.equal(first['recommendation'], 'Upgrade @babel/core to 7.23.2 or 8.0.0-alpha.4 or later.');
  assert.equal(malware['recommendation'], 'Remove nodejs: it is malicious.');
  assert.equal(notice['recommendation'], 'There is no corrected version yet.');
  assert.equal(distribution['recommendation'], 'The distribution will not correct it: minor issue.');
  const [, django] = packages;
  assert.ok(django);
  const findings = [findingOf(django, { fix: { state: 'fixed', versions: ['3:3.2.20-1'] } })];
  const report = reportOf({ matched: { findings, gaps: [], notes: [], feeds: [] } });
  assert.deepEqual(
    vulnerabilitiesIn(cyclonedxReport.write(report, options)).map(({ recommendation }) => recommendation),
    ['Upgrade python3-django to a build of python-django 3:3.2.20-1 or later.'],
  );
});

test('links are only those of the web', () => {
  assert.deepEqual(first['source'], { name: 'NVD', url: 'https://nvd.nist.gov/vuln/detail/CVE-2024-1234' });
  assert.deepEqual(first['advisories'], [
    { title: 'GHSA-aaaa-bbbb-cccc', url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc' },
    { url: 'https://example.com/a%20b' },
  ]);
});

test('risk, part of the image and reason are properties', () => {
  assert.equal(propertyOf(first, 'bulla:exploited:added'), '2024-06-01');
  assert.equal(propertyOf(first, 'bulla:exploited:ransomware'), 'true');
  assert.equal(propertyOf(first, 'bulla:epss:score'), '0.5');
  assert.equal(propertyOf(copy, 'bulla:exploited:added'), undefined);
  assert.equal(propertyOf(distribution, 'bulla:part'), 'base');
  assert.equal(propertyOf(distribution, 'bulla:fix:state'), 'wont-fix');
  assert.equal(propertyOf(first, 'bulla:why'), '@babel/core has CVE-2024-1234.');
});

test('gaps of the advisories are told, and no secret of a mirror is', () => {
  const metadata = asObject(asObject(parseJson(written))?.['metadata']) ?? {};
  assert.equal(metadata['timestamp'], '2026-11-21T03:00:00Z');
  assert.equal(propertyOf(metadata, 'bulla:gap:files-unread:item'), 'a.jar: no zip');
  assert.equal(propertyOf(metadata, 'bulla:gap:advisories-stale:item'), 'osv npm');
  assert.equal(propertyOf(metadata, 'bulla:note'), 'something to know');
  assert.match(
    asText(propertyOf(metadata, 'bulla:feed')) ?? '',
    /^osv npm: from https:\/\/mirror\.example\/osv, checked /,
  );
  assert.ok(!written.includes('secret'));
});

/** What other versions of the specification would be: rows of the same table. */
const otherVersions: readonly CyclonedxVersion[] = [
  {
    version: '1.4',
    schema: 'http://cyclonedx.org/schema/bom-1.4.schema.json',
    tools: 'list',
    lifecycles: false,
    occurrences: false,
    acknowledgement: false,
    methods: { '2.0': 'CVSSv2', '3.0': 'CVSSv3', '3.1': 'CVSSv31', '4.0': 'other' },
  },
  { ...cyclonedx16, version: '1.5', schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json', acknowledgement: false },
  { ...cyclonedx16, version: '1.7', schema: 'http://cyclonedx.org/schema/bom-1.7.schema.json' },
];

test('a row of the table is all that another version needs', async (t) => {
  for (const spec of otherVersions) {
    const check = await schemaCheck(spec.version);
    if (check === undefined) return t.skip('@cyclonedx/cyclonedx-library is not installed');
    assert.equal(await check(writeIdentified(makeReport(reportOf(), spec))), null, spec.version);
  }
});

test('any text gives a valid document', async (t) => {
  const check = await schemaCheck('1.6');
  await fc.assert(
    fc.asyncProperty(hostileReport, async (report) => {
      const text = cyclonedxReport.write(report, options);
      assert.ok(text.isWellFormed());
      assert.equal(vulnerabilitiesIn(text).length, report.matched.findings.length);
      if (check !== undefined) assert.equal(await check(text), null);
    }),
    { numRuns: 50 },
  );
  if (check === undefined) t.diagnostic('checked without the official schema');
});
