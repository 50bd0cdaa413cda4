import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { before, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { newFolder } from '#kit/testing.ts';
import type { Feed } from './feeds/feed.ts';
import { feeds } from './feeds/index.ts';
import { osv } from './feeds/osv/feed.ts';
import { feedSource } from './feeds/source.ts';
import { openKnowledge } from './knowledge.ts';
import { listSnapshots, removeLeftovers, snapshotPath } from './store/database.ts';
import { osvArchive, osvRecord, packZip, writeFiles } from './testing.ts';
import { updatePart } from './update.ts';

let root = '';
let database = '';
let mirror = '';
let runs = 0;
before(() => void (root = newFolder('advisories')));
beforeEach(() => {
  database = join(root, `database-${++runs}`);
  mirror = join(root, `mirror-${runs}`);
});

const now = '2026-06-01T00:00:00Z';
const quiet = { now, progress: () => undefined };

function update(feed: Feed, part: string, location = mirror) {
  return updatePart(feed, part, feedSource(location), { folder: database, ...quiet });
}

function feedNamed(name: string): Feed {
  const feed = feeds.find((candidate) => candidate.name === name);
  assert.ok(feed !== undefined);
  return feed;
}

/** Serves a function on this machine while `work` runs. */
async function serving(answer: RequestListener, work: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const lodash = osvRecord('GHSA-lodash', 'npm', 'lodash', '4.17.21', { aliases: ['CVE-2021-1'] });
const records = Array.from({ length: 20 }, (_, index) =>
  osvRecord(`GHSA-${index}`, 'npm', `package-${index}`, '2.0.0'),
);

test('OSV: a whole ecosystem from a folder', async () => {
  writeFiles(mirror, { 'npm/all.zip': osvArchive([lodash, osvRecord('GHSA-2', 'PyPI', 'other', '1')]) });
  const { facts, changed } = await update(osv, 'npm');
  assert.ok(changed);
  assert.deepEqual(
    { ...facts, etag: undefined, source: undefined },
    {
      feed: 'osv',
      part: 'npm',
      checked: now,
      newest: '2026-01-01T00:00:00Z',
      records: 2,
      etag: undefined,
      source: undefined,
    },
  );
  const knowledge = await openKnowledge(database);
  assert.deepEqual(
    knowledge.advisories('osv', 'npm', 'npm', ['lodash', 'other']).map(({ record }) => record.id),
    ['GHSA-lodash'],
  );
  assert.equal(knowledge.record('osv', 'npm', 'GHSA-lodash')?.aliases[0], 'CVE-2021-1');
  knowledge.close();
});

test('an unchanged feed is only noted as checked', async () => {
  writeFiles(mirror, { 'npm/all.zip': osvArchive([lodash]) });
  await update(osv, 'npm');
  const again = await updatePart(osv, 'npm', feedSource(mirror), {
    ...quiet,
    folder: database,
    now: '2026-06-02T00:00:00Z',
  });
  assert.equal(again.changed, false);
  assert.equal(again.facts.checked, '2026-06-02T00:00:00Z');
  assert.equal(again.facts.records, 1);
});

test('a feed that lost more than a tenth is refused, and the old one stays', async () => {
  writeFiles(mirror, { 'npm/all.zip': osvArchive(records) });
  await update(osv, 'npm');
  writeFiles(mirror, { 'npm/all.zip': osvArchive(records.slice(0, 17)) });
  await assert.rejects(update(osv, 'npm'), { code: 'feed-shrunk', hint: /prune npm/ });
  const knowledge = await openKnowledge(database);
  assert.equal(knowledge.facts('osv', 'npm')[0]?.records, 20);
  knowledge.close();
  writeFiles(mirror, { 'npm/all.zip': osvArchive(records.slice(0, 18)) });
  assert.equal((await update(osv, 'npm')).facts.records, 18);
});

test('damaged feeds are typed errors, leave the old ones and nothing half-written', async () => {
  const damaged: [string, string, Record<string, string | Buffer>, string][] = [
    ['osv', 'npm', { 'npm/all.zip': 'no zip' }, 'feed-invalid'],
    ['osv', 'npm', { 'npm/all.zip': osvArchive(records).subarray(0, 500) }, 'feed-invalid'],
    ['osv', 'npm', {}, 'feed-not-found'],
    ['kev', '', { 'kev.json': '{}' }, 'feed-invalid'],
    ['kev', '', { 'kev.json': '{"vulnerabilities":' }, 'feed-invalid'],
    ['epss', '', { 'epss.csv.gz': 'cve,epss,percentile\n' }, 'feed-invalid'],
    ['epss', '', { 'epss.csv.gz': gzipSync('<html>sign in</html>') }, 'feed-invalid'],
    ['epss', '', { 'epss.csv.gz': gzipSync('CVE-1,0.1,0.2\n').subarray(0, 20) }, 'feed-invalid'],
    ['alpine-secdb', 'v3.20', { 'v3.20/main.json': '[]' }, 'feed-invalid'],
    ['alpine-secdb', 'v3.20', {}, 'feed-not-found'],
    ['debian-tracker', '', { 'data.json': '{"a":{"CVE-1":{}}' }, 'feed-invalid'],
    ['debian-tracker', '', { 'data.json': '[]' }, 'feed-invalid'],
  ];
  for (const [name, part, files, code] of damaged) {
    rmSync(mirror, { recursive: true, force: true });
    writeFiles(mirror, { ...files, '.keep': '' });
    await assert.rejects(update(feedNamed(name), part), { code }, `${name}: ${Object.keys(files).join(', ')}`);
  }
  assert.deepEqual(await listSnapshots(database), []);
  assert.deepEqual(
    readdirSync(database).flatMap((feed) => readdirSync(join(database, feed))),
    [],
  );
});

test('a record that is not JSON is passed over; many of them are a damaged feed', async () => {
  const good = Array.from({ length: 200 }, (_, index) => osvRecord(`R-${index}`, 'npm', 'a', '1'));
  const texts = good.map((record) => [`${record.id}.json`, JSON.stringify(record)] as const);
  writeFiles(mirror, { 'npm/all.zip': packZip([...texts, ['bad.json', '{']]) });
  assert.equal((await update(osv, 'npm')).facts.records, 200);
  const bad = ['{', '{', '{', ''].map((text, index) => [`bad-${index}.json`, text] as const);
  writeFiles(mirror, { 'npm/all.zip': packZip([...texts, ...bad]) });
  await assert.rejects(update(osv, 'npm'), { code: 'feed-invalid' });
});

test('KEV, EPSS, secdb and the tracker say what they say', async () => {
  writeFiles(mirror, {
    'kev.json': JSON.stringify({
      dateReleased: '2026-05-01T00:00:00Z',
      vulnerabilities: [
        {
          cveID: 'CVE-2021-44228',
          dateAdded: '2021-12-10',
          dueDate: '2021-12-24',
          knownRansomwareCampaignUse: 'Known',
          vulnerabilityName: 'Log4Shell',
        },
      ],
    }),
    'epss.csv.gz': gzipSync(
      '#model_version:v1,score_date:2026-05-31\ncve,epss,percentile\nCVE-2021-44228,0.94,0.999\nCVE-2021-1,2,0.1\nnonsense\n',
    ),
    'v3.20/main.json': JSON.stringify({
      packages: [{ pkg: { name: 'openssl', secfixes: { '3.3.1-r1': ['CVE-2024-1 XSA-9'], '0': ['CVE-2024-2'] } } }],
    }),
    'data.json': JSON.stringify({
      curl: {
        'CVE-2024-3': {
          description: 'A "flaw" }{',
          releases: {
            bookworm: { status: 'resolved', fixed_version: '7.88.1-10+deb12u5', urgency: 'medium' },
            sid: { status: 'resolved', fixed_version: '0', urgency: 'low' },
          },
        },
        'CVE-2024-4': {
          releases: {
            bookworm: { status: 'open', urgency: 'low', nodsa: 'Minor issue', nodsa_reason: 'postponed' },
            bullseye: { status: 'open', urgency: 'end-of-life' },
          },
        },
        'CVE-2024-5': {
          releases: { bookworm: { status: 'undetermined' }, buster: { status: 'open', urgency: 'unimportant' } },
        },
      },
      wget: {
        'CVE-2024-3': {
          releases: {
            bookworm: { status: 'open', nodsa: 'x', nodsa_reason: '' },
            bullseye: { status: 'open', nodsa: 'y', nodsa_reason: 'ignored' },
          },
        },
      },
    }),
  });
  for (const [name, part] of [
    ['kev', ''],
    ['epss', ''],
    ['alpine-secdb', 'v3.20'],
    ['debian-tracker', ''],
  ] as const)
    await update(feedNamed(name), part);
  const knowledge = await openKnowledge(database);
  assert.deepEqual(knowledge.exploited(['CVE-2021-44228', 'CVE-2021-1']).get('CVE-2021-44228'), {
    cve: 'CVE-2021-44228',
    added: '2021-12-10',
    due: '2021-12-24',
    ransomware: true,
    name: 'Log4Shell',
  });
  assert.equal(knowledge.predictions(['CVE-2021-44228', 'CVE-2021-1']).size, 1);
  assert.equal(knowledge.facts('epss', '')[0]?.newest, '2026-05-31');
  const alpine = knowledge.advisories('alpine-secdb', 'v3.20', 'Alpine:v3.20', ['openssl']);
  assert.deepEqual(
    alpine.map(({ advisory }) => [advisory.record, advisory.status]),
    [
      ['CVE-2024-1', 'fixed'],
      ['CVE-2024-2', 'not-affected'],
      ['XSA-9', 'fixed'],
    ],
  );
  const standing = (release: string) =>
    knowledge
      .advisories('debian-tracker', '', `Debian:${release}`, ['curl', 'wget'])
      .map(({ advisory }) => `${advisory.package} ${advisory.record} ${advisory.status}`);
  assert.deepEqual(standing('12'), [
    'curl CVE-2024-3 fixed',
    'wget CVE-2024-3 no-dsa',
    'curl CVE-2024-4 postponed',
    'curl CVE-2024-5 undetermined',
  ]);
  assert.deepEqual(standing('11'), ['wget CVE-2024-3 ignored', 'curl CVE-2024-4 end-of-life']);
  assert.deepEqual(standing('sid'), ['curl CVE-2024-3 not-affected']);
  knowledge.close();
});

test('a server is asked only for what has changed', async () => {
  const first = [osvRecord('GHSA-1', 'npm', 'a', '1.0.0'), osvRecord('GHSA-2', 'npm', 'b', '1.0.0')];
  const asked: string[] = [];
  let csv = '2026-01-01T00:00:00Z,GHSA-1\n2026-01-01T00:00:00.000Z,GHSA-2\n';
  const changed = osvRecord('GHSA-2', 'npm', 'c', '3.0.0', { modified: '2027-02-02T00:00:00Z' });
  const answer: RequestListener = ({ url = '' }, response) => {
    asked.push(url);
    if (url.endsWith('/all.zip')) response.end(osvArchive(first));
    else if (url.endsWith('/modified_id.csv')) response.end(csv);
    else if (url.endsWith('/GHSA-2.json')) response.end(JSON.stringify(changed));
    else response.writeHead(404).end();
  };
  await serving(answer, async (url) => {
    await update(osv, 'npm', url);
    assert.deepEqual(asked, ['/npm/all.zip']);
    asked.length = 0;
    assert.equal((await update(osv, 'npm', url)).changed, false);
    assert.deepEqual(asked, ['/npm/modified_id.csv']);
    asked.length = 0;
    csv = `2027-02-02T00:00:00Z,GHSA-2\n${csv}`;
    const { facts, changed: isChanged } = await update(osv, 'npm', url);
    assert.ok(isChanged);
    assert.equal(facts.records, 2);
    assert.deepEqual(asked, ['/npm/modified_id.csv', '/npm/GHSA-2.json']);
    const knowledge = await openKnowledge(database);
    assert.deepEqual(
      knowledge.advisories('osv', 'npm', 'npm', ['b', 'c']).map(({ advisory }) => advisory.package),
      ['c'],
    );
    knowledge.close();
  });
});

test('a server that has no list is asked by its ETag', async () => {
  let requests = 0;
  const answer: RequestListener = (request, response) => {
    if (!request.url?.endsWith('/kev.json')) return void response.writeHead(404).end();
    requests++;
    if (request.headers['if-none-match'] === '"v1"') return void response.writeHead(304).end();
    response.setHeader('etag', '"v1"').end('{"vulnerabilities":[{"cveID":"CVE-1","dateAdded":"2026-01-01"}]}');
  };
  await serving(answer, async (url) => {
    assert.equal((await update(feedNamed('kev'), '', url)).changed, true);
    assert.equal((await update(feedNamed('kev'), '', url)).changed, false);
    assert.equal(requests, 2);
  });
});

test('a server that fails, breaks off or is not there is a typed error', async () => {
  await serving(
    (_request, response) => void response.writeHead(500).end(),
    (url) => assert.rejects(update(osv, 'npm', url), { code: 'feed-unreachable', message: /500/ }),
  );
  const breaking: RequestListener = (_request, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('PK');
    setTimeout(() => response.destroy(), 20);
  };
  await serving(breaking, (url) => assert.rejects(update(osv, 'npm', url), { code: 'feed-unreachable' }));
  await assert.rejects(update(osv, 'npm', 'http://127.0.0.1:1/'), { code: 'feed-unreachable', hint: /--from DIR/ });
  assert.throws(() => feedSource('ftp://example.org/'), { code: 'feed-unknown' });
});

test('offline means that no server is asked', async () => {
  let requests = 0;
  await serving(
    (_request, response) => void response.end(String(++requests)),
    async (url) => {
      await assert.rejects(updatePart(osv, 'npm', feedSource(url, true), { folder: database, ...quiet }), {
        code: 'feed-unreachable',
        message: /--offline/,
      });
    },
  );
  assert.equal(requests, 0);
});

test('whoever reads while a feed is replaced reads the old one to the end', async () => {
  writeFiles(mirror, { 'npm/all.zip': osvArchive([lodash]) });
  await update(osv, 'npm');
  const earlier = await openKnowledge(database);
  assert.equal(earlier.facts('osv', 'npm')[0]?.records, 1);
  writeFiles(mirror, { 'npm/all.zip': osvArchive([lodash, ...records]) });
  await update(osv, 'npm');
  assert.equal(earlier.advisories('osv', 'npm', 'npm', ['lodash', 'package-5']).length, 1);
  const later = await openKnowledge(database);
  assert.equal(later.advisories('osv', 'npm', 'npm', ['lodash', 'package-5']).length, 2);
  earlier.close();
  later.close();
});

test('of one record from two sources the newer counts, package by package', async () => {
  const old = osvRecord('DEBIAN-CVE-1', 'Debian:12', 'curl', '1', { modified: '2025-01-01T00:00:00Z' });
  const fresh = osvRecord('DEBIAN-CVE-1', 'Debian:12', 'curl', '2', { modified: '2026-01-01T00:00:00Z' });
  writeFiles(join(mirror, 'a'), { 'Debian/all.zip': osvArchive([old]) });
  writeFiles(join(mirror, 'b'), { 'Debian/all.zip': osvArchive([fresh]) });
  await update(osv, 'Debian', join(mirror, 'a'));
  await update(osv, 'Debian', join(mirror, 'b'));
  const knowledge = await openKnowledge(database);
  const found = knowledge.advisories('osv', 'Debian', 'Debian:12', ['curl']);
  assert.deepEqual(
    found.map(({ advisory }) => advisory.ranges[0]?.events[1]),
    [{ fixed: '2' }],
  );
  knowledge.close();
});

test('a damaged snapshot is named, and replaced by the next update', async () => {
  writeFiles(mirror, { 'npm/all.zip': osvArchive([lodash]) });
  await update(osv, 'npm');
  const path = snapshotPath(database, 'osv', 'npm', feedSource(mirror).url);
  writeFileSync(path, 'this is no database');
  const knowledge = await openKnowledge(database);
  assert.throws(() => knowledge.facts('osv', 'npm'), { code: 'database-unreadable', hint: /db update/ });
  knowledge.close();
  assert.equal((await update(osv, 'npm')).facts.records, 1);
});

test('what a killed import left is no snapshot, and goes when it is old', async () => {
  writeFiles(database, { 'osv/.npm~0123456789ab.sqlite.0123456789ab.part': 'half' });
  assert.deepEqual(await listSnapshots(database), []);
  await removeLeftovers(database, Date.now());
  assert.equal(readdirSync(join(database, 'osv')).length, 1);
  await removeLeftovers(database, Date.now() + 48 * 3600 * 1000);
  assert.equal(readdirSync(join(database, 'osv')).length, 0);
});
