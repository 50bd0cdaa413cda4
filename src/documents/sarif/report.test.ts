import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asList, asNumber, asObject, asText, asTexts, parseJson, type JsonObject } from '#kit/narrow.ts';
import { findingOf, hostileReport, packageOf, reportOf } from '#documents/testing.ts';
import type { Report } from '#documents/report.ts';
import { gapCodes } from '#inventory/coverage.ts';
import { notificationKinds } from './notification-kinds.ts';
import { sarif } from './report.ts';

const options = { colour: false, all: true };

function objectsIn(of: unknown, name: string): JsonObject[] {
  return asList(asObject(of)?.[name]).map((item) => asObject(item) ?? {});
}

/** The parts of the one run of a log. */
function runOf(report: Report) {
  const text = sarif.write(report, options);
  assert.ok(text.isWellFormed() && text.endsWith('}\n'));
  const log = asObject(parseJson(text));
  assert.equal(log?.['version'], '2.1.0');
  const [run = {}, ...more] = objectsIn(log, 'runs');
  assert.deepEqual(more, []);
  const driver = asObject(asObject(run['tool'])?.['driver']) ?? {};
  const [invocation = {}] = objectsIn(run, 'invocations');
  return { run, driver, rules: objectsIn(driver, 'rules'), results: objectsIn(run, 'results'), invocation };
}

/** What the specification and GitHub's limits ask of every log. */
function assertValid(report: Report): void {
  const { driver, rules, results, invocation } = runOf(report);
  assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
  for (const rule of rules) {
    for (const name of ['shortDescription', 'fullDescription', 'help']) {
      const text = asText(asObject(rule[name])?.['text']);
      assert.ok(text !== undefined && (name === 'help' || text.length <= 1024));
    }
    assert.match(asText(rule['name']) ?? '', /^[A-Z][A-Za-z]+$/);
    const properties = asObject(rule['properties']);
    const severity = properties?.['security-severity'];
    if (severity !== undefined) assert.ok(Number(severity) > 0 && Number(severity) <= 10);
    assert.ok(asTexts(properties?.['tags']).includes('security') && asTexts(properties?.['tags']).length <= 20);
    assert.ok(rule['helpUri'] === undefined || URL.canParse(asText(rule['helpUri']) ?? ''));
  }
  for (const result of results) {
    assert.equal(rules[asNumber(result['ruleIndex']) ?? -1]?.['id'], result['ruleId']);
    assert.match(asText(result['level']) ?? '', /^(?:error|warning|note)$/);
    assert.ok(asText(asObject(result['message'])?.['text']));
    const [location] = objectsIn(result, 'locations');
    const physical = asObject(location?.['physicalLocation']);
    assert.deepEqual(physical?.['region'], { startLine: 1 });
    assert.match(asText(asObject(physical?.['artifactLocation'])?.['uri']) ?? '', /^[\w!*'().%~-][\w!*'().%~/-]*$/);
    assert.match(
      asText(asObject(result['partialFingerprints'])?.['primaryLocationLineHash']) ?? '',
      /^[0-9a-f]{32}:1$/,
    );
  }
  const kinds = objectsIn(driver, 'notifications');
  for (const { descriptor } of objectsIn(invocation, 'toolExecutionNotifications')) {
    assert.equal(kinds[asNumber(asObject(descriptor)?.['index']) ?? -1]?.['id'], asObject(descriptor)?.['id']);
  }
}

test('it follows the specification and the limits of GitHub', () => {
  assertValid(reportOf());
  assertValid(reportOf({ matched: { findings: [], gaps: [], notes: [], feeds: [] } }));
});

test('there is one rule a flaw and one result a finding', () => {
  const { rules, results } = runOf(reportOf());
  assert.deepEqual(
    rules.map(({ id }) => id),
    ['CVE-2024-1234', 'MAL-2024-1', 'GO-2023-1571', 'RUSTSEC-2020-1', 'CVE-2023-9'],
  );
  assert.deepEqual(
    results.map(({ ruleIndex, level }) => [ruleIndex, level]),
    [
      [0, 'error'],
      [0, 'error'],
      [1, 'warning'],
      [2, 'error'],
      [3, 'note'],
      [4, 'error'],
    ],
  );
  assert.deepEqual(
    rules.map((rule) => asObject(rule['properties'])?.['security-severity']),
    ['7.5', undefined, '7.5', '7.5', '7.5'],
  );
  assert.deepEqual(
    rules.map((rule) => asObject(rule['properties'])?.['precision']),
    ['high', 'high', 'low', 'high', 'high'],
  );
  assert.deepEqual(asObject(rules[0]?.['properties'])?.['tags'], [
    'security',
    'vulnerability',
    'high',
    'exploited',
    'npm',
  ]);
});

test('a message names package, version, place and correction', () => {
  const messages = runOf(reportOf()).results.map((result) => asObject(result['message'])?.['text']);
  assert.deepEqual(messages.slice(0, 4), [
    '@babel/core 7.0.0 has CVE-2024-1234: Out-of-bounds read in the parser. Found in a/package.json, layer 1. ' +
      'It is known to be exploited. Upgrade @babel/core to 7.23.2 or 8.0.0-alpha.4 or later.',
    String.raw`@babel/core 7.0.0 has CVE-2024-1234: Out-of-bounds read in the parser. Found in b/\[id\]/package.json, layer 1. ` +
      'Upgrade @babel/core to 7.23.2 or 8.0.0-alpha.4 or later.',
    'nodejs 20.1.0 has MAL-2024-1: Out-of-bounds read in the parser. Found in var/lib/dpkg/status, layer 0. ' +
      'Remove nodejs: it is malicious.',
    'golang.org/x/net v0.7.0 has GO-2023-1571. Found in usr/bin/server, layer 1. ' +
      'The program has none of the functions that the advisory names. ' +
      'Upgrade golang.org/x/net to 7.23.2 or 8.0.0-alpha.4 or later.',
  ]);
});

test('help says how bad it is and what to do for each package', () => {
  const [rule] = runOf(reportOf()).rules;
  assert.equal(rule?.['helpUri'], 'https://nvd.nist.gov/vuln/detail/CVE-2024-1234');
  assert.equal(
    asObject(rule?.['help'])?.['markdown'],
    [
      '`CVE-2024-1234`: Out\\-of\\-bounds read in the parser\\.',
      '',
      '- Severity: high (7.5), by `GHSA-aaaa-bbbb-cccc`',
      '- Also known as `GHSA-aaaa-bbbb-cccc`',
      "- Known to be exploited: in CISA's catalogue since `2024-06-01`",
      '- Likelihood of exploitation within 30 days (EPSS): 50.00 %',
      ...Array.from(
        { length: 2 },
        () => '- `@babel/core 7.0.0`: Upgrade \\@babel\\/core to 7\\.23\\.2 or 8\\.0\\.0\\-alpha\\.4 or later\\.',
      ),
    ].join('\n'),
  );
});

test('the fingerprint is that of flaw, package and place', () => {
  const printOf = (findings: Report['matched']['findings']) =>
    runOf(reportOf({ matched: { findings, gaps: [], notes: [], feeds: [] } })).results.map(
      (result) => asObject(result['partialFingerprints'])?.['primaryLocationLineHash'],
    );
  const pkg = packageOf('npm', 'a', '1.0.0');
  const [same] = printOf([findingOf(pkg)]);
  assert.deepEqual(printOf([findingOf(pkg, { title: 'another', part: 'base', published: undefined })]), [same]);
  const others = [
    findingOf(pkg, { id: 'CVE-2024-1235' }),
    findingOf(packageOf('npm', 'a', '1.0.1', { location: pkg.location })),
    findingOf({ ...pkg, location: 'elsewhere' }),
  ];
  assert.equal(new Set([same, ...printOf(others)]).size, 4);
});

test('logs of one image share a category, whatever its tag', () => {
  const idOf = (reference: string) =>
    asObject(runOf(reportOf({ subject: { reference } })).run['automationDetails'])?.['id'];
  assert.equal(idOf('registry.example/team/shop:1.2'), 'bulla/registry.example/team/shop/');
  assert.equal(idOf('registry.example/team/shop:1.3'), 'bulla/registry.example/team/shop/');
});

test('every gap is an error of the run, and a remark a note', () => {
  const { driver, invocation, run } = runOf(reportOf());
  assert.equal(invocation['executionSuccessful'], true);
  assert.equal(invocation['endTimeUtc'], '2026-11-21T03:00:00.000Z');
  const notifications = objectsIn(invocation, 'toolExecutionNotifications');
  assert.deepEqual(
    notifications.map(({ descriptor, level, message }) => [
      asObject(descriptor)?.['id'],
      level,
      asObject(message)?.['text'],
    ]),
    [
      ['files-unread', 'error', '1 place that may tell of packages could not be read: a.jar: no zip'],
      ['advisories-stale', 'error', '1 feed not checked for more than 7 days: osv npm'],
      ['note', 'note', 'something to know'],
    ],
  );
  assert.deepEqual(
    objectsIn(driver, 'notifications').map(({ id }) => id),
    ['files-unread', 'advisories-stale', 'note'],
  );
  assert.ok(!JSON.stringify(run).includes('secret'));
});

test('every gap is explained', () => {
  assert.deepEqual(new Set(Object.keys(notificationKinds)), new Set([...gapCodes, 'results-left-out', 'note']));
});

test('more findings than GitHub takes are left out, and that is said', () => {
  const findings = Array.from({ length: 25_001 }, (_, index) => findingOf(packageOf('npm', `p${index}`, '1.0.0')));
  const { results, invocation } = runOf(reportOf({ matched: { findings, gaps: [], notes: [], feeds: [] } }));
  assert.equal(results.length, 25_000);
  const [notification] = objectsIn(invocation, 'toolExecutionNotifications');
  assert.deepEqual(
    [notification?.['level'], asObject(notification?.['message'])?.['text']],
    ['error', '1 finding left out, because a log may have no more'],
  );
});

test('the same report gives the same bytes', () => {
  assert.equal(sarif.write(reportOf(), options), sarif.write(structuredClone(reportOf()), options));
});

test('any text gives a valid log', () => {
  fc.assert(fc.property(hostileReport, assertValid), { numRuns: 100 });
});
