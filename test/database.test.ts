import assert from 'node:assert/strict';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { osvArchive, osvRecord, writeFiles } from '#advisories/testing.ts';
import { newFolder } from '#kit/testing.ts';
import { bulla, fillDatabase, type Run } from './bulla.ts';
import { parseReport, type Report } from './report.ts';
import { writeSmallFeed, writeSmallImage } from './small-image.ts';

describe('The advisory database is whole at any time', () => {
  let image = '';
  let feed = '';
  before(() => {
    image = writeSmallImage();
    feed = writeSmallFeed();
  });

  function update(database: string, ...words: readonly string[]): Promise<Run> {
    return bulla(['db', 'update', '--database', database, '--from', feed, ...words]);
  }

  async function scan(database: string): Promise<Report> {
    return parseReport(await bulla(['scan', image, '--json', '--offline', '--database', database]));
  }

  /** The flaws that are found with a database. */
  async function found(database: string): Promise<string[]> {
    return (await scan(database)).findings.map(({ id }) => id);
  }

  test('update fills it, and says what is new; status tells what is there', async () => {
    const database = newFolder('database');
    const empty = await status(database);
    assert.deepEqual(empty.snapshots, []);
    const first = await update(database);
    assert.equal(first.code, 0);
    assert.match(first.stdout, /^osv npm +4 records, the newest of 2026-01-01$/m);
    assert.match(first.stdout, /^kev +1 records, the newest of 2024-02-01$/m);
    const second = await update(database);
    assert.match(second.stdout, /^osv npm +4 records, the newest of 2026-01-01, nothing new$/m);
    const { folder, snapshots } = await status(database);
    assert.equal(folder, database);
    assert.deepEqual(
      snapshots.map(({ feed: name, part, records, stale, readable }) => ({ name, part, records, stale, readable })),
      [
        { name: 'kev', part: '', records: 1, stale: false, readable: true },
        { name: 'osv', part: 'npm', records: 4, stale: false, readable: true },
      ],
    );
  });

  test('export and import carry it to a machine without a network', async () => {
    const database = await fillDatabase('database', feed);
    const file = join(newFolder('carried'), 'advisories.tar.gz');
    const exported = await bulla(['db', 'export', file, '--database', database]);
    assert.deepEqual([exported.code, exported.stderr], [0, '']);
    const other = newFolder('other');
    const imported = await bulla(['db', 'import', file, '--database', other]);
    assert.deepEqual([imported.code, imported.stdout], [0, `${other}: 2 snapshots taken over\n`]);
    const [here, there] = [await scan(database), await scan(other)];
    assert.deepEqual({ ...there, created: '' }, { ...here, created: '' });
    assert.equal(here.findings.length, 4);
  });

  test('what is no exported database, or not a whole one, is not taken over', async () => {
    const database = await fillDatabase('database', feed);
    const file = join(newFolder('carried'), 'advisories.tar.gz');
    await bulla(['db', 'export', file, '--database', database]);
    const whole = readFileSync(file);
    const expected = await found(database);
    for (const content of [whole.subarray(0, whole.length >> 1), Buffer.from('not an archive'), Buffer.alloc(0)]) {
      writeFileSync(file, content);
      const run = await bulla(['db', 'import', file, '--database', database]);
      assert.equal(run.code, 2);
      assert.match(run.stderr, /^bulla: error\[database-archive-invalid\]/);
      assert.deepEqual(await found(database), expected);
      assert.deepEqual(temporaryFiles(database), []);
    }
  });

  test('prune removes what is named, and without names what cannot be read', async () => {
    const database = await fillDatabase('database', feed);
    const { snapshots } = await status(database);
    writeFileSync(snapshots.find(({ feed: name }) => name === 'kev')?.path ?? '', 'garbage');
    assert.match((await bulla(['db', 'status', '--database', database])).stdout, /^ {2}kev .*UNREADABLE/m);
    const unreadable = await bulla(['db', 'prune', '--database', database]);
    assert.equal(unreadable.stdout, '1 of 2 snapshots removed\n');
    const named = await bulla(['db', 'prune', 'npm', '--database', database]);
    assert.equal(named.stdout, '1 of 1 snapshots removed\n');
    assert.deepEqual((await status(database)).snapshots, []);
  });

  test('a damaged database is an error that says what to do, not an image without flaws', async () => {
    const database = await fillDatabase('database', feed);
    const { snapshots } = await status(database);
    for (const { path } of snapshots) writeFileSync(path, readFileSync(path).fill(0xee, 100, 4000));
    const run = await bulla(['scan', image, '--offline', '--database', database]);
    assert.equal(run.code, 2);
    assert.match(
      run.stderr,
      /^bulla: error\[database-unreadable\]: .*\n {2}try {2}remove the file, or .*bulla db update/,
    );
  });

  test('an update that is killed in the middle leaves the old advisories in use', async () => {
    const mirror = newFolder('mirror');
    writeFiles(mirror, { 'npm/all.zip': readFileSync(join(feed, 'npm/all.zip')) });
    const own = await fillDatabase('own', mirror);
    const expected = await found(own);
    const records = Array.from({ length: 20_000 }, (_, i) => osvRecord(`GHSA-${i}`, 'npm', `package-${i}`, '2.0.0'));
    writeFiles(mirror, { 'npm/all.zip': osvArchive(records) });

    const killed = new AbortController();
    const running = bulla(['db', 'update', '--database', own, '--from', mirror], { signal: killed.signal });
    for (let tries = 0; tries < 1000 && temporaryFiles(own).length === 0; tries++) await sleep(5);
    killed.abort();
    assert.equal((await running).code, null, 'it was over before it could be killed');

    assert.equal(temporaryFiles(own).length, 1);
    const { snapshots } = await status(own);
    assert.deepEqual(
      snapshots.map(({ records: count, readable }) => ({ count, readable })),
      [{ count: 4, readable: true }],
    );
    assert.deepEqual(await found(own), expected);

    // What is left of it goes away once nobody can still be at work on it.
    const long = new Date(Date.now() - 48 * 3600_000);
    for (const path of temporaryFiles(own)) utimesSync(path, long, long);
    await bulla(['db', 'prune', '--database', own]);
    assert.deepEqual(temporaryFiles(own), []);
  });

  test('a feed that has suddenly lost much of what it knew is refused, and the old one kept', async () => {
    const mirror = newFolder('mirror');
    const records = Array.from({ length: 20 }, (_, i) => osvRecord(`GHSA-${i}`, 'npm', `package-${i}`, '2.0.0'));
    const publish = (count: number) => writeFiles(mirror, { 'npm/all.zip': osvArchive(records.slice(0, count)) });
    publish(20);
    const database = await fillDatabase('database', mirror);
    const again = () => bulla(['db', 'update', '--database', database, '--from', mirror]);
    publish(17);
    const refused = await again();
    assert.equal(refused.code, 2);
    assert.match(
      refused.stderr,
      /^bulla: error\[feed-shrunk\]: osv npm .* only 17 records, where there were 20; .*\n {2}try .*bulla db prune npm\n$/,
    );
    assert.equal((await status(database)).snapshots[0]?.records, 20);
    publish(18);
    assert.equal((await again()).code, 0);
    assert.equal((await status(database)).snapshots[0]?.records, 18);
  });

  test('eight scans at once with one cache, while the database is updated, all give the same', async () => {
    const mirror = newFolder('mirror');
    const archive = readFileSync(join(feed, 'npm/all.zip'));
    writeFiles(mirror, { 'npm/all.zip': archive, 'kev.json': readFileSync(join(feed, 'kev.json')) });
    const database = await fillDatabase('database', mirror);
    const env = { BULLA_DATABASE: database, BULLA_CACHE: newFolder('cache') };
    const scans = Promise.all(Array.from({ length: 8 }, () => bulla(['scan', image, '--json', '--offline'], { env })));
    const updates = (async () => {
      for (let i = 0; i < 4; i++) {
        // A new time makes it a new version.
        utimesSync(join(mirror, 'npm/all.zip'), 1_700_000_000 + i, 1_700_000_000 + i);
        const run = await bulla(['db', 'update', '--from', mirror], { env });
        assert.equal(run.code, 0, run.stderr);
        assert.doesNotMatch(run.stdout, /^osv npm.*nothing new/m);
      }
    })();
    const [runs] = await Promise.all([scans, updates]);
    const found4 = runs.map((run) => {
      assert.deepEqual([run.code, run.stderr], [0, '']);
      return parseReport(run).findings;
    });
    assert.equal(found4[0]?.length, 4);
    for (const findings of found4) assert.deepEqual(findings, found4[0]);
    assert.deepEqual(temporaryFiles(database), []);
    assert.deepEqual(temporaryFiles(env.BULLA_CACHE), []);
  });

  test('advisories that were not checked for five days make the answer unknown', async () => {
    const database = await fillDatabase('database', feed);
    const run = () => bulla(['scan', image, '--offline', '--database', database]);
    assert.equal((await run()).code, 0);
    const { snapshots } = await status(database);
    const old = new Date(Date.now() - 6 * 24 * 3600_000).toISOString();
    setChecked(snapshots.find(({ part }) => part === 'npm')?.path ?? '', old);

    const stale = await run();
    assert.equal(stale.code, 3);
    assert.match(stale.stdout, /^ {2}coverage {4}INCOMPLETE: 1 gap/m);
    assert.match(stale.stdout, /1 feed not checked for more than 5 days \[advisories-stale\]\n {6}osv npm: /);
    assert.match((await bulla(['db', 'status', '--database', database])).stdout, /^ {2}osv +npm .* STALE /m);

    assert.equal((await update(database)).code, 0);
    assert.equal((await run()).code, 0);
  });

  test('how old is too old can be set', async () => {
    const cwd = newFolder('config');
    writeFileSync(join(cwd, 'bulla.yaml'), 'staleAfterHours: 0.0000001\n');
    const database = await fillDatabase('database', feed);
    const run = await bulla(['scan', image, '--offline', '--database', database], { cwd });
    assert.equal(run.code, 3);
    assert.match(run.stdout, /\[advisories-stale\]/);
  });
});

interface Status {
  readonly folder: string;
  readonly snapshots: readonly {
    readonly feed: string;
    readonly part: string;
    readonly records: number;
    readonly stale: boolean;
    readonly readable: boolean;
    readonly path: string;
  }[];
}

async function status(database: string): Promise<Status> {
  const run = await bulla(['db', 'status', '--json', '--database', database]);
  assert.equal(run.code, 0, run.stderr);
  // Our own format, whose fields the tests check by using them.
  return JSON.parse(run.stdout) as Status;
}

/** What writers that were killed leave. */
function temporaryFiles(folder: string): string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return paths.filter((path) => path.endsWith('.part')).map((path) => join(folder, path));
}

/** Turns back the time at which a feed was last checked. */
function setChecked(path: string, time: string): void {
  const database = new DatabaseSync(path);
  database.prepare("UPDATE fact SET value = ? WHERE name = 'checked'").run(time);
  database.close();
}
