import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readAs } from '#inventory/catalogers/testing.ts';
import { rpm } from './cataloger.ts';
import { buildHeader } from './testing.ts';

const path = 'usr/lib/sysimage/rpm/Packages.db';

/** A database with one page of slots and the headers behind it. */
function buildNdb(headers: readonly Buffer[]): Buffer {
  const page = Buffer.alloc(4096);
  page.write('RpmP');
  page.writeUInt32LE(1, 12);
  page.writeUInt32LE(headers.length + 1, 16);
  for (let at = 32; at < page.length; at += 16) page.write('Slot', at);
  const blobs = headers.map((header, index) => {
    const blob = Buffer.alloc(16 * Math.ceil((16 + header.length + 12) / 16));
    blob.write('BlbS');
    blob.writeUInt32LE(index + 1, 4);
    blob.writeUInt32LE(header.length, 12);
    header.copy(blob, 16);
    blob.writeUInt32LE(header.length, blob.length - 8);
    blob.write('BlbE', blob.length - 4);
    return blob;
  });
  let block = page.length / 16;
  for (const [index, blob] of blobs.entries()) {
    // Every second slot is free, as slots are after packages were removed.
    const at = 32 + 32 * index;
    page.writeUInt32LE(index + 1, at + 4);
    page.writeUInt32LE(block, at + 8);
    page.writeUInt32LE(blob.length / 16, at + 12);
    block += blob.length / 16;
  }
  return Buffer.concat([page, ...blobs]);
}

const names = ['filesystem', 'glibc', 'bash'];
const whole = buildNdb(names.map((name, index) => buildHeader({ name, padding: 500 * index })));

test('rpm: NDB', async () => {
  const { packages, problems } = await readAs(rpm, path, whole);
  assert.deepEqual(
    packages?.map(({ name }) => name),
    names,
  );
  assert.deepEqual(problems, []);
});

/** The database with a number written over. */
function changed(at: number, value: number): Buffer {
  const bytes = Buffer.from(whole);
  bytes.writeUInt32LE(value, at);
  return bytes;
}

const damaged: readonly { name: string; bytes: Buffer; left: number; problem: RegExp }[] = [
  { name: 'its header', bytes: whole.subarray(0, 20), left: 0, problem: /header is damaged/ },
  { name: 'another version', bytes: changed(4, 1), left: 0, problem: /header is damaged/ },
  { name: 'the end', bytes: whole.subarray(0, -16), left: 2, problem: /outside of the file/ },
  { name: 'more pages than the file has', bytes: changed(12, 1000), left: 3, problem: /shorter than/ },
  { name: 'the most pages', bytes: changed(12, 0xffff_ffff), left: 3, problem: /shorter than/ },
  { name: 'a slot', bytes: changed(32, 0), left: 2, problem: /slot is damaged/ },
  { name: 'a place behind the file', bytes: changed(40, 0xffff_ffff), left: 2, problem: /outside of the file/ },
  { name: 'a size larger than the file', bytes: changed(44, 0xffff_ffff), left: 2, problem: /outside of the file/ },
  { name: 'no size', bytes: changed(44, 0), left: 2, problem: /outside of the file/ },
  { name: 'another package’s place', bytes: changed(40, 256 + 1), left: 2, problem: /package is damaged/ },
  { name: 'a length', bytes: changed(4096 + 12, 0xffff_ffff), left: 2, problem: /package is damaged/ },
  { name: 'a header', bytes: changed(4096 + 16, 0), left: 2, problem: /no readable header/ },
];

for (const { name, bytes, left, problem } of damaged) {
  test(`rpm: NDB damaged in ${name}`, async () => {
    const { packages, problems } = await readAs(rpm, path, bytes);
    assert.equal(packages?.length, left);
    assert.match(problems?.join('; ') ?? '', problem);
  });
}

test('rpm: NDB whose slots all show the same package is cut short', async () => {
  const bytes = Buffer.from(whole);
  for (let at = 32; at < 4096; at += 16) bytes.copy(bytes, at, 32 + 64, 32 + 64 + 16);
  const { packages = [], problems } = await readAs(rpm, path, bytes);
  assert.ok(packages.length < 20);
  assert.deepEqual(problems, ['its packages overlap']);
});

test('rpm: NDB with any change gives an answer', async () => {
  const changes = fc.array(fc.tuple(fc.nat(5000), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(changes, fc.nat(), async (list, cut) => {
      const bytes = Buffer.from(whole);
      for (const [at, value] of list) bytes[4 + (at % (bytes.length - 4))] = value;
      const { packages = [] } = await readAs(rpm, path, bytes.subarray(0, cut % 3 === 0 ? cut : undefined));
      assert.ok(packages.length <= names.length + 1);
    }),
    { numRuns: 500 },
  );
});
