import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { missingData, newFolder, realData } from '#kit/testing.ts';
import { unzip } from '#kit/zip/testing.ts';
import { readAs } from '#inventory/catalogers/testing.ts';
import { rpm } from './cataloger.ts';
import { buildBerkeley } from './testing-berkeley.ts';
import { buildHeader } from './testing.ts';

const path = 'var/lib/rpm/Packages';
const byteOrders = [true, false];
const pageSizes = [512, 4096, 16_384, 65_536];

const names = ['filesystem', 'glibc', 'bash', 'tiny', 'coreutils'];
const headers = names.map((name, index) => buildHeader({ name, padding: name === 'tiny' ? 0 : 3000 * index }));

for (const pageSize of pageSizes) {
  for (const littleEndian of byteOrders) {
    test(`rpm: Berkeley DB with pages of ${pageSize} bytes, ${littleEndian ? 'little' : 'big'} endian`, async () => {
      const { packages, problems } = await readAs(rpm, path, buildBerkeley(headers, pageSize, littleEndian));
      assert.deepEqual(
        packages?.map(({ name }) => name),
        names,
      );
      assert.deepEqual(problems, []);
    });
  }
}

const whole = buildBerkeley(headers);

/** The database with a number of 4 bytes written over. */
function changed(at: number, value: number): Buffer {
  const bytes = Buffer.from(whole);
  bytes.writeUInt32LE(value, at);
  return bytes;
}

/** Where the first overflow page begins that another one follows. */
const overflow = Array.from({ length: whole.length / 4096 }, (_, page) => page * 4096).find(
  (page) => page > 0 && whole[page + 25] === 7 && whole.readUInt32LE(page + 16) !== 0,
);

const damaged: readonly { name: string; bytes: Buffer; left: number; problem: RegExp }[] = [
  { name: 'its header', bytes: whole.subarray(0, 500), left: 0, problem: /header is damaged/ },
  { name: 'the size of pages', bytes: changed(20, 4095), left: 0, problem: /header is damaged/ },
  { name: 'larger pages than there are', bytes: changed(20, 1 << 30), left: 0, problem: /header is damaged/ },
  { name: 'encryption', bytes: changed(24, 0x0801), left: 0, problem: /encrypted/ },
  { name: 'the number of pages', bytes: changed(32, 0xffff_ffff), left: 5, problem: /shorter than/ },
  { name: 'the end', bytes: whole.subarray(0, -4096), left: 4, problem: /shorter than/ },
  { name: 'the number of entries', bytes: changed(4096 + 20, 0xffff), left: 0, problem: /page is damaged/ },
  { name: 'an item’s place', bytes: changed(4096 + 30, 0xffff_ffff), left: 3, problem: /page is damaged/ },
  { name: 'a chain', bytes: changed((overflow ?? 0) + 16, (overflow ?? 0) / 4096), left: 4, problem: /fit together/ },
  { name: 'a chain’s end', bytes: changed((overflow ?? 0) + 16, 0), left: 4, problem: /fit together/ },
  { name: 'an overflow page', bytes: changed((overflow ?? 0) + 8, 99), left: 4, problem: /fit together/ },
];

for (const { name, bytes, left, problem } of damaged) {
  test(`rpm: Berkeley DB damaged in ${name}`, async () => {
    const { packages, problems } = await readAs(rpm, path, bytes);
    assert.equal(packages?.length, left);
    assert.match(problems?.join('; ') ?? '', problem);
  });
}

test('rpm: Berkeley DB with any change gives an answer', async () => {
  const changes = fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 1, 3, 7, 13, 0x7f, 0x80, 0xff)), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(changes, fc.nat(), async (list, cut) => {
      const bytes = Buffer.from(whole);
      for (const [at, value] of list) bytes[16 + (at % 5000)] = value;
      const { packages = [] } = await readAs(rpm, path, bytes.subarray(0, cut % 3 === 0 ? cut : undefined));
      assert.ok(packages.length <= 2 * names.length);
    }),
    { numRuns: 500 },
  );
});

const writer = String.raw`
  use strict; use DB_File; use Fcntl;
  my ($file, $size, $order) = @ARGV;
  my $info = DB_File::HASHINFO->new; $info->{bsize} = $size; $info->{lorder} = $order;
  tie(my %db, 'DB_File', $file, O_RDWR|O_CREAT, 0600, $info) or die $!;
  binmode STDIN; my ($length, $number) = ('', 0); my $format = $order == 1234 ? 'V' : 'N';
  $db{pack($format, 0)} = pack($format, 1);
  while (read(STDIN, $length, 4)) { read(STDIN, my $value, unpack('N', $length)); $db{pack($format, ++$number)} = $value }
`;

test('rpm: Berkeley DB as its own library writes it', async (t) => {
  const folder = newFolder('rpm');
  const many = Array.from({ length: 300 }, (_, index) =>
    buildHeader({ name: `package-${index}`, padding: (index * index) % 20_000 }),
  );
  const input = Buffer.concat(many.flatMap((header) => [lengthOf(header), header]));
  const expected = many.map((_, index) => `package-${index}`).toSorted(compare);
  for (const pageSize of [512, 4096, 65_536]) {
    for (const order of ['1234', '4321']) {
      const file = join(folder, `${pageSize}-${order}`);
      const { status } = spawnSync('perl', ['-e', writer, file, String(pageSize), order], { input });
      if (status !== 0) return t.skip('Perl with DB_File (Debian package perl) is not installed');
      const { packages, problems } = await readAs(rpm, path, readFileSync(file));
      assert.deepEqual(problems, []);
      assert.deepEqual(packages?.map(({ name }) => name).toSorted(compare), expected);
    }
  }
});

const databases = 'images/package-databases.zip';

test('rpm: a database of rpm 4', { skip: missingData(databases) }, async () => {
  const member = 'scalibr/extractor/filesystem/os/rpm/testdata/Packages_epoch';
  const database = unzip(readFileSync(join(realData, databases))).get(member);
  const { packages, problems } = await readAs(rpm, path, database ?? '');
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages?.map(({ name, version, source }) => `${name} ${version} ${source?.version}`),
    ['hello 1:0.0.1-rls 0.0.1-rls'],
  );
});

function lengthOf(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return length;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : 1;
}
