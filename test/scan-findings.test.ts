import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { packTar, writeLayout } from '#image/testing.ts';
import { mapConcurrently } from '#kit/concurrency.ts';
import { newFolder } from '#kit/testing.ts';
import { bulla, fillDatabase, missingAdvisories, realAdvisories, type Run } from './bulla.ts';
import { missingImages, realImages, sourceOf } from './images.ts';
import { parseReport, scanFully, type Report, type ReportedFinding } from './report.ts';
import { npmPackages, writeSmallFeed } from './small-image.ts';

const skip = missingImages ?? missingAdvisories ?? false;

describe('The findings of a real image are those that a security engineer expects', { skip }, () => {
  let report: Report;
  before(async () => void (report = await scanFully(sourceOf('app'))));

  /** What the advisories of GitHub say of the versions that the image has. */
  const known = [
    { name: 'lodash', version: '4.17.15', flaws: { 'CVE-2020-8203': '4.17.19', 'CVE-2021-23337': '4.17.21' } },
    { name: 'minimist', version: '1.2.0', flaws: { 'CVE-2020-7598': '1.2.2', 'CVE-2021-44906': '1.2.6' } },
    { name: 'axios', version: '0.21.0', flaws: { 'CVE-2020-28168': '0.21.1', 'CVE-2021-3749': '0.21.2' } },
    { name: 'jsonwebtoken', version: '8.5.1', flaws: { 'CVE-2022-23539': '9.0.0', 'CVE-2022-23541': '9.0.0' } },
    { name: 'node-fetch', version: '2.6.0', flaws: { 'CVE-2020-15168': '2.6.1', 'CVE-2022-0235': '2.6.7' } },
    { name: 'ejs', version: '3.1.6', flaws: { 'CVE-2022-29078': '3.1.7', 'CVE-2024-33883': '3.1.10' } },
    { name: 'tar', version: '6.1.0', flaws: { 'CVE-2021-32803': '6.1.2', 'CVE-2021-37712': '6.1.9' } },
    { name: 'express', version: '4.17.1', flaws: { 'CVE-2022-24999': '4.17.3', 'CVE-2024-29041': '4.19.2' } },
  ];
  for (const { name, version, flaws } of known) {
    for (const [cve, fixed] of Object.entries(flaws)) {
      test(`${cve} of ${name} ${version} is found, and that ${fixed} mends it`, () => {
        const purl = `pkg:npm/${name}@${version}`;
        const found = report.findings.filter((finding) => finding.id === cve && finding.package.purl === purl);
        assert.deepEqual(
          found.map(({ fix, package: { location, layer }, part }) => ({ ...fix, location, layer: layer?.index, part })),
          [
            {
              state: 'fixed',
              versions: [fixed],
              location: `/app/node/node_modules/${name}/package.json`,
              layer: 2,
              part: 'own',
            },
          ],
        );
      });
    }
  }

  test('packages of Debian are judged by their source package, and know their layer and part', () => {
    const zlib = report.findings.find(({ id, package: { name } }) => id === 'CVE-2023-45853' && name === 'zlib1g');
    assert.deepEqual([zlib?.fix.state, zlib?.part, zlib?.package.layer?.index], ['not-fixed', 'base', 0]);
    const expat = report.findings.find(({ package: { name } }) => name === 'libexpat1');
    assert.match(expat?.why.sentence ?? '', /^libexpat1 \S+, built from expat \S+, has CVE-/);
    assert.equal(expat?.why.searched[0]?.ecosystem, 'Debian:12');
  });

  test('a package of a language that belongs to a package of Debian is not judged twice', () => {
    const django = report.packages.filter(({ name }) => /^(python3-)?django$/i.test(name));
    assert.deepEqual(django.map(({ type }) => type).toSorted(), ['deb', 'pypi']);
    const judged = report.findings.filter(({ package: { purl } }) => /^pkg:pypi\/django@/i.test(purl));
    assert.deepEqual(judged, []);
  });

  test('what is exploited comes first, and then what is worst and can be mended', () => {
    const exploited = report.findings.map((finding) => finding.exploited);
    assert.ok(exploited[0]);
    assert.equal(exploited.lastIndexOf(true), exploited.indexOf(false) - 1);
    const rest = report.findings.slice(exploited.indexOf(false));
    assert.equal(rest[0]?.severity, 'critical');
    assert.equal(rest[0]?.fix.state, 'fixed');
  });

  test('a finding is there once for each package and flaw', () => {
    const keys = report.findings.map(({ id, package: { purl, location } }) => `${id} ${purl} ${location}`);
    assert.equal(new Set(keys).size, keys.length);
  });

  test('every finding carries why', () => {
    for (const {
      id,
      package: { name, version },
      why,
    } of report.findings) {
      const what = `${id} in ${name}`;
      assert.ok(why.sentence.startsWith(`${name} ${version}`), what);
      assert.ok(why.sentence.includes(id) && why.sentence.includes(why.record), what);
      assert.ok(why.searched.length > 0 && why.advisories.length > 0 && why.comparison !== '', what);
    }
  });

  test('the JSON has every field that is promised', () => {
    assert.deepEqual(
      absentFields(report, ['schemaVersion', 'image', 'distro', 'packages', 'findings', 'coverage']),
      [],
    );
    assert.deepEqual(absentFields(report.image, ['reference', 'digest']), []);
    const inFinding = ['id', 'aliases', 'package', 'severity', 'fix', 'exploited', 'epss', 'why'];
    for (const finding of report.findings) {
      assert.deepEqual(absentFields(finding, inFinding), [], finding.id);
      assert.deepEqual(absentFields(finding.package, ['purl', 'name', 'version', 'location', 'layer']), [], finding.id);
      assert.deepEqual(absentFields(finding.fix, ['state', 'versions']), [], finding.id);
      assert.equal(finding.fix.versions.length > 0, finding.fix.state === 'fixed', finding.id);
    }
  });

  test('files that a later layer deletes are not there', async () => {
    const isDocumentation = (path: string) => path.startsWith('/usr/share/doc/');
    const below = await scanFully(`oci:${realImages.app.layout}:base`);
    assert.ok(below.packages.some(({ files }) => files.some(isDocumentation)));
    assert.equal(report.packages.flatMap(({ files }) => files).find(isDocumentation), undefined);
  });
});

test('a package that a later layer deletes is not found, nor one whose folder it replaces', async () => {
  const database = await fillDatabase('database', writeSmallFeed());
  const layout = newFolder('deleted');
  const installed = packTar(npmPackages('kettle', 'teapot', 'sugar'));
  const deleted = packTar([
    { path: 'app/node_modules/kettle/.wh.package.json' },
    { path: 'app/node_modules/.wh.sugar' },
  ]);
  const replaced = packTar([{ path: 'app/node_modules/teapot', type: '2', target: '/nowhere' }]);
  const names = async (layers: readonly Buffer[], tag: string) => {
    writeLayout(layout, [{ tag, layers }]);
    const run = await bulla(['scan', `oci:${layout}:${tag}`, '--json', '--database', database]);
    return parseReport(run).findings.map((finding) => finding.package.name);
  };
  assert.deepEqual((await names([installed], 'installed')).toSorted(), ['kettle', 'sugar', 'teapot']);
  assert.deepEqual(await names([installed, deleted], 'deleted'), ['teapot']);
  assert.deepEqual(await names([installed, deleted, replaced], 'replaced'), []);
});

describe('The table is a first screen for a person', { skip }, () => {
  let table: Run;
  before(async () => {
    table = await bulla(['scan', sourceOf('app'), '--offline'], { env: { BULLA_DATABASE: await realAdvisories() } });
  });

  const lines = [
    { tells: 'the digest', line: /^ {2}digest {6}sha256:[0-9a-f]{64}$/m },
    {
      tells: 'the system and its end of life',
      line: /^ {2}system {6}Debian GNU\/Linux 12 \(bookworm\), \D*\d{4}-\d\d-\d\d$/m,
    },
    { tells: 'the base image', line: /^ {2}base image {2}1 of 4 layers: localhost:5000\/debian\/minbase:bookworm$/m },
    { tells: 'how many packages of which kind', line: /^ {2}packages {4}\d+ \(\d+ deb, \d+ npm/m },
    {
      tells: 'the coverage, on one line',
      line: /^ {2}coverage {4}(?:complete|INCOMPLETE: \d+ gaps?, see below)[:;] \d+ sources of packages read; [\d,]+ of [\d,]+ executables belong to packages/m,
    },
    { tells: 'the counts', line: /^ {2}findings {4}\d+: \d+ critical, \d+ high.*\d EXPLOITED, \d+ can be fixed$/m },
    { tells: 'what to do first', line: /^FIX FIRST.*\n.*UPGRADE.*\n {2}\S+ +8\.5\.1 +9\.0\.0 +4/m },
    { tells: 'the most urgent finding first', line: /^FINDINGS.*\n.*SEVERITY.*\n {2}CVE-2023-44487 .*EXPLOITED/m },
    { tells: 'how to ask on', line: /why one is here: bulla explain CVE-2023-44487 oci:/ },
  ];
  for (const { tells, line } of lines) test(`it tells ${tells}`, () => assert.match(table.stdout, line));

  test('it has no colours and no progress where no terminal is', () => {
    assert.equal(table.stdout.includes('\u001b'), false);
    assert.equal(table.stderr, '');
  });
});

describe('explain justifies any finding', { skip }, () => {
  const mixed = [
    'pkg:apk/alpine/openssl@1.1.1k-r0?distro=alpine-3.14',
    'pkg:cargo/time@0.1.40',
    'pkg:composer/symfony/http-foundation@4.4.0',
    'pkg:gem/rack@2.0.1',
    'pkg:golang/golang.org/x/net@v0.1.0',
    'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1',
    'pkg:npm/lodash@4.17.15',
    'pkg:nuget/Newtonsoft.Json@12.0.1',
    'pkg:pypi/django@2.2.0',
    'pkg:rpm/almalinux/openssl@1.1.1k-4.el8?distro=almalinux-8',
  ];

  /** Explains with the real advisories. */
  async function explain(...words: readonly string[]): Promise<Run> {
    return bulla(['explain', ...words, '--offline'], { env: { BULLA_DATABASE: await realAdvisories() } });
  }

  /** So many findings of a source, from the first to the last. */
  async function sample(source: string, count: number): Promise<readonly [source: string, finding: ReportedFinding][]> {
    const { findings } = await scanFully(source);
    const step = Math.max(1, Math.floor(findings.length / count));
    return findings
      .filter((_, index) => index % step === 0)
      .slice(0, count)
      .map((finding) => [source, finding]);
  }

  test('of every ecosystem, in images and in lists', async () => {
    const groups = await Promise.all([
      sample(sourceOf('app'), 12),
      sample(sourceOf('distroless'), 4),
      ...mixed.map((purl) => sample(`purl:${purl}`, 1)),
    ]);
    const chosen = groups.flat();
    assert.equal(chosen.length, 12 + 4 + mixed.length);
    await mapConcurrently(
      chosen,
      4,
      async ([
        source,
        {
          id,
          package: { name, version },
          why,
        },
      ]) => {
        const { code, stdout, stderr } = await explain(`${id}@${name}`, source);
        assert.equal(code, 1, stderr);
        assert.ok(stdout.includes(`${id} in ${name} ${version}: reported`), stdout);
        for (const part of [why.sentence, why.record, why.comparison, why.searched[0]?.ecosystem ?? '?']) {
          assert.ok(stdout.includes(part), `${part} is not in ${stdout}`);
        }
        assert.match(stdout, /^ {2}because .*\n(?: {2}.*\n)* {2}fix +(?:upgrade|there|later|the advisories)/m);
      },
    );
  });

  const fixed = [
    { flaw: 'CVE-2021-23337', purl: 'pkg:npm/lodash@4.17.21', because: /4\.17\.21 is not among the \d+ versions/ },
    { flaw: 'CVE-2021-44228', purl: 'pkg:maven/org.apache.logging.log4j/log4j-core@2.17.1', because: /2\.17\.1/ },
    {
      flaw: 'RUSTSEC-2020-0071',
      purl: 'pkg:cargo/time@0.3.20',
      because: /time 0\.3\.20 does not have CVE-2020-26235, .* 0\.3\.20 >= 0\.2\.23 \(fixed\)/,
    },
  ];
  for (const { flaw, purl, because } of fixed) {
    test(`why ${flaw} is not reported for ${purl}`, async () => {
      const { code, stdout, stderr } = await explain(flaw, `purl:${purl}`);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /: not reported/);
      assert.match(stdout, because);
      assert.match(stdout, /^ {2}decided by/m);
    });
  }

  test('that no advisory speaks of a flaw, and where was looked', async () => {
    const { code, stdout } = await explain('CVE-2014-0160@lodash', `purl:${mixed[6]}`);
    assert.equal(code, 0);
    assert.match(
      stdout,
      /because +no advisory about lodash names CVE-2014-0160\.\n {2}searched +osv, npm, for "lodash"/,
    );
  });

  test('without a source it means the image of the last scan', async () => {
    const home = newFolder('home');
    const env = { HOME: home, BULLA_DATABASE: await realAdvisories(), BULLA_CACHE: join(home, 'cache') };
    const early = await bulla(['explain', 'CVE-2021-23337'], { env });
    assert.equal(early.code, 2);
    assert.match(early.stderr, /error\[usage\]: no source is named, and nothing was scanned before/);
    await bulla(['scan', 'purl:pkg:npm/lodash@4.17.15', '--offline'], { env });
    const { code, stdout } = await bulla(['explain', 'cve-2021-23337', '--offline'], { env });
    assert.equal(code, 1);
    assert.match(stdout, /^CVE-2021-23337 in lodash 4\.17\.15: reported/);
  });
});

function absentFields(value: object, names: readonly string[]): string[] {
  return names.filter((name) => !Object.hasOwn(value, name));
}
