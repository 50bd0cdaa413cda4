import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import fc from 'fast-check';
import { readAs } from '#inventory/catalogers/testing.ts';
import { rpm } from './cataloger.ts';
import { readRecord, readVarint } from './sqlite-record.ts';
import { buildHeader } from './testing.ts';

const path = 'var/lib/rpm/rpmdb.sqlite';
const schema = 'CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)';

/** A database as SQLite itself writes it. */
function buildSqlite(headers: readonly Buffer[], pageSize = 4096, create = schema): Buffer {
  const database = new DatabaseSync(':memory:');
  database.exec(`PRAGMA page_size = ${pageSize}; VACUUM; ${create};`);
  if (headers.length > 0) {
    const insert = database.prepare('INSERT INTO Packages (blob) VALUES (?)');
    for (const header of headers) insert.run(header);
  }
  const bytes = Buffer.from(database.serialize());
  database.close();
  return bytes;
}

const names = ['filesystem', 'glibc', 'bash', 'tiny', 'coreutils'];
const headers = names.map((name, index) => buildHeader({ name, padding: name === 'tiny' ? 0 : 3000 * index }));

for (const pageSize of [512, 1024, 4096, 65_536]) {
  test(`rpm: SQLite with pages of ${pageSize} bytes`, async () => {
    const { packages, problems } = await readAs(rpm, path, buildSqlite(headers, pageSize));
    assert.deepEqual(
      packages?.map(({ name }) => name),
      names,
    );
    assert.deepEqual(problems, []);
  });
}

test('rpm: SQLite with a tree of several levels, and rows of every length', async () => {
  const lengths = Array.from({ length: 1500 }, (_, index) => index);
  const many = lengths.map((length) => buildHeader({ name: `package-${length}`, padding: length }));
  const { packages, problems } = await readAs(rpm, path, buildSqlite(many, 512));
  assert.deepEqual(
    packages?.map(({ name }) => name),
    lengths.map((length) => `package-${length}`),
  );
  assert.deepEqual(problems, []);
});

test('rpm: SQLite in the mode that keeps changes in a second file is read as it is', async () => {
  const bytes = buildSqlite(headers);
  bytes[18] = 2;
  bytes[19] = 2;
  assert.equal((await readAs(rpm, path, bytes)).packages?.length, names.length);
});

test('rpm: changes that SQLite keeps in a second file are a problem', async () => {
  assert.deepEqual(await readAs(rpm, `${path}-wal`, ''), {});
  const { problems } = await readAs(rpm, `${path}-wal`, Buffer.alloc(4152));
  assert.match(problems?.join() ?? '', /not in the database yet/);
});

test('rpm: SQLite whose packages are no table is not believed', async () => {
  const view = 'CREATE TABLE t (hnum INTEGER PRIMARY KEY, blob BLOB); CREATE VIEW Packages AS SELECT * FROM t';
  for (const create of [view, 'CREATE TABLE other (blob BLOB)']) {
    const { packages, problems } = await readAs(rpm, path, buildSqlite([], 4096, create));
    assert.deepEqual(packages, []);
    assert.deepEqual(problems, ['it has no table of packages']);
  }
});

const whole = buildSqlite(names.map((name) => buildHeader({ name, padding: name === 'coreutils' ? 9000 : 0 })));

function changed(...changes: readonly (readonly [at: number, value: number])[]): Buffer {
  const bytes = Buffer.from(whole);
  for (const [at, value] of changes) bytes.writeUInt32BE(value, at);
  return bytes;
}

/** Where the tree of packages begins: right behind the schema, as the first table, and all rows are on one page. */
const root = 4096;
const lastRow = root + whole.readUInt16BE(root + 8 + 2 * 4);

const damaged: readonly { name: string; bytes: Buffer; left: number; problem: RegExp }[] = [
  { name: 'its header', bytes: whole.subarray(0, 50), left: 0, problem: /header is damaged/ },
  { name: 'the size of pages', bytes: changed([16, 0x0fff_0101]), left: 0, problem: /header is damaged/ },
  { name: 'the encoding of texts', bytes: changed([56, 2]), left: 0, problem: /UTF-8/ },
  { name: 'the end', bytes: whole.subarray(0, -4096), left: 4, problem: /shorter than/ },
  { name: 'all but the schema', bytes: whole.subarray(0, 4096), left: 0, problem: /page is damaged/ },
  { name: 'the schema', bytes: changed([100, 0]), left: 0, problem: /no table of packages/ },
  { name: 'the kind of a page', bytes: changed([root, 0x0a00_0000]), left: 0, problem: /page is damaged/ },
  { name: 'a count of rows', bytes: changed([root + 3, 0xffff_0000]), left: 0, problem: /page is damaged/ },
  { name: 'a row’s length', bytes: changed([lastRow, 0xffff_ff7f]), left: 4, problem: /larger than it can be/ },
  { name: 'a row’s place', bytes: changed([root + 14, 0xffff_ffff]), left: 3, problem: /row is damaged/ },
];

for (const { name, bytes, left, problem } of damaged) {
  test(`rpm: SQLite damaged in ${name}`, async () => {
    const { packages, problems } = await readAs(rpm, path, bytes);
    assert.equal(packages?.length, left);
    assert.match(problems?.join('; ') ?? '', problem);
  });
}

test('rpm: SQLite whose pages run in circles comes to an end', async () => {
  const many = buildSqlite(
    Array.from({ length: 400 }, (_, index) => buildHeader({ name: `package-${index}` })),
    512,
  );
  // Every interior page becomes its own last child.
  for (let page = 1; page < many.length / 512; page++)
    if (many[page * 512] === 0x05) many.writeUInt32BE(page + 1, page * 512 + 8);
  const { packages = [], problems } = await readAs(rpm, path, many);
  assert.ok(packages.length > 0);
  assert.ok(problems?.includes('its pages run in a circle'));

  const chained = buildSqlite([buildHeader({ padding: 10_000 })]);
  for (let page = 3; page < chained.length / 4096; page++) chained.writeUInt32BE(page + 1, page * 4096);
  assert.deepEqual((await readAs(rpm, path, chained)).problems, ['the pages of a row do not fit together']);
});

test('rpm: SQLite whose rows share pages is cut short', async () => {
  const bytes = buildSqlite(
    // Of such a length little stays on the page of the tree, so that several rows share one.
    Array.from({ length: 100 }, () => buildHeader({ padding: 20_970 - buildHeader({}).length })),
    4096,
  );
  // The pointers of all rows of a leaf show its first row.
  for (let page = 4096; page < bytes.length; page += 4096) {
    if (bytes[page] !== 0x0d) continue;
    const first = bytes.readUInt16BE(page + 8);
    const count = Math.floor((first - 8) / 2);
    if (bytes.readUInt16BE(page + 3) < 2) continue;
    bytes.writeUInt16BE(count, page + 3);
    for (let row = 0; row < count; row++) bytes.writeUInt16BE(first, page + 8 + 2 * row);
  }
  const { problems } = await readAs(rpm, path, bytes);
  assert.match(problems?.join() ?? '', /overlap/);
});

test('rpm: SQLite with any change gives an answer', async () => {
  const changes = fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 1, 5, 13, 0x7f, 0x80, 0xff)), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(changes, fc.nat(), async (list, cut) => {
      const bytes = Buffer.from(whole);
      for (const [at, value] of list) bytes[16 + (at % (bytes.length - 16))] = value;
      await readAs(rpm, path, bytes.subarray(0, cut % 3 === 0 ? cut : undefined));
    }),
    { numRuns: 500 },
  );
});

test('rpm: numbers of SQLite', () => {
  const numbers: readonly (readonly [bytes: readonly number[], value: number | undefined])[] = [
    [[0], 0],
    [[0x7f], 127],
    [[0x81, 0x00], 128],
    [[0x81, 0x80, 0x00], 16_384],
    [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], Infinity],
    [[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x07], 7],
    [[0x81], undefined],
    [[], undefined],
  ];
  for (const [bytes, value] of numbers) assert.equal(readVarint(Buffer.from(bytes), 0)?.value, value);
});

test('rpm: rows of SQLite', () => {
  const row = Buffer.from([7, 0, 1, 2, 8, 9, 0x13, 0xff, 0x01, 0x02, 0x61, 0x62, 0x63]);
  assert.deepEqual(readRecord(row), [undefined, -1, 0x0102, 0, 1, 'abc']);
  assert.equal(readRecord(row.subarray(0, -1)), undefined);
  assert.equal(readRecord(Buffer.from([0xff])), undefined);
});
