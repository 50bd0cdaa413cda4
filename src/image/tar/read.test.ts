import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { BullaError } from '#kit/error.ts';
import { inChunks, packEntry, packPax, packTar, sealHeader } from '#image/testing.ts';
import { cleanPath, readTar } from './read.ts';

/** What a tar holds, as `kind path → target [size] content`. */
async function list(tar: Buffer, chunk?: number): Promise<string[]> {
  const seen: string[] = [];
  await readTar(inChunks(tar, chunk), ({ kind, path, target, size }) => {
    const line = `${kind} ${path}${target === '' ? '' : ` → ${target}`}`;
    if (kind !== 'file') return void seen.push(line);
    const parts: Buffer[] = [];
    return {
      write: (bytes) => void parts.push(Buffer.from(bytes)),
      end: () => void seen.push(`${line} [${size}] ${Buffer.concat(parts).toString().replaceAll('\0', '.')}`),
    };
  });
  return seen;
}

async function codeOf(tar: Buffer): Promise<string> {
  try {
    await list(tar);
    return 'none';
  } catch (error) {
    return error instanceof BullaError ? error.code : String(error);
  }
}

test('tar: files, folders, links and devices', async () => {
  const tar = packTar([
    { path: 'etc/', type: '5' },
    { path: 'etc/hosts', content: 'localhost' },
    { path: 'etc/link', type: '2', target: '../x/./y' },
    { path: 'etc/hard', type: '1', target: './etc/hosts' },
    { path: 'dev/null', type: '3' },
  ]);
  const expected = [
    'directory etc',
    'file etc/hosts [9] localhost',
    'symlink etc/link → ../x/./y',
    'hardlink etc/hard → etc/hosts',
    'device dev/null',
  ];
  for (const chunk of [1, 511, 512, 513, 100_000])
    assert.deepEqual(await list(tar, chunk), expected, `chunks of ${chunk}`);
});

test('tar: long names of PAX and of GNU', async () => {
  const long = `${'d/'.repeat(100)}file`;
  const pax = Buffer.concat([
    packPax({ path: long, linkpath: 'ünïcode' }),
    packTar([{ path: 'short', type: '2', target: 'x' }]),
  ]);
  assert.deepEqual(await list(pax), [`symlink ${long} → ünïcode`]);
  const gnu = Buffer.concat([
    packEntry({ path: '././@LongLink', type: 'L', content: `${long}\0` }),
    packEntry({ path: '././@LongLink', type: 'K', content: `${long}2\0` }),
    packTar([{ path: 'short', type: '2', target: 'x' }]),
  ]);
  assert.deepEqual(await list(gnu), [`symlink ${long} → ${long}2`]);
});

test('tar: an extended header is for the next entry alone', async () => {
  const tar = Buffer.concat([packPax({ path: 'renamed' }), packTar([{ path: 'a' }, { path: 'b' }])]);
  assert.deepEqual(await list(tar), ['file renamed [0] ', 'file b [0] ']);
});

test('tar: global headers are passed over, as runtimes do', async () => {
  const tar = Buffer.concat([packPax({ path: 'everything' }, 'g'), packTar([{ path: 'a' }])]);
  assert.deepEqual(await list(tar), ['file a [0] ']);
});

test('tar: sizes in base 256 and in PAX', async () => {
  const big = packEntry({ path: 'a', content: 'hello' });
  big.writeUInt32BE(0x80000000, 124);
  big.fill(0, 128, 135);
  big[135] = 5;
  sealHeader(big.subarray(0, 512));
  assert.deepEqual(await list(Buffer.concat([big, packTar([])])), ['file a [5] hello']);
  const pax = Buffer.concat([packPax({ size: '5' }), packTar([{ path: 'a', content: 'hello', size: 0 }])]);
  assert.deepEqual(await list(pax), ['file a [5] hello']);
});

test('tar: only files have content, whatever size is stated', async () => {
  const tar = packTar([
    { path: 'd/', type: '5', size: 1024 },
    { path: 'l', type: '1', target: 'x', size: 512 },
    { path: 'f', content: 'x' },
  ]);
  assert.deepEqual(await list(tar), ['directory d', 'hardlink l → x', 'file f [1] x']);
});

test('tar: names that are not UTF-8 stay different', async () => {
  const names = [Buffer.from([0x61, 0xff]), Buffer.from([0x61, 0xfe])];
  const entries = names.map((name) => {
    const entry = packEntry({ path: '' });
    name.copy(entry, 0);
    sealHeader(entry.subarray(0, 512));
    return entry;
  });
  assert.deepEqual(await list(Buffer.concat([...entries, packTar([])])), ['file a\\xff [0] ', 'file a\\xfe [0] ']);
});

test('tar: paths never leave the root', () => {
  const paths = [
    ['/etc/passwd', 'etc/passwd'],
    ['./a//b/./c/', 'a/b/c'],
    ['../../etc/passwd', 'etc/passwd'],
    ['a/../../b', 'b'],
    ['.', ''],
    ['a..b/..c/...', 'a..b/..c/...'],
  ] as const;
  for (const [raw, clean] of paths) assert.equal(cleanPath(raw), clean, raw);
});

test('tar: what ends too early or makes no sense is corrupt', async () => {
  const whole = packTar([{ path: 'a', content: 'x'.repeat(2000) }]);
  const cases: [string, Buffer, string][] = [
    ['nothing at all is an empty tar', Buffer.alloc(0), 'none'],
    ['no end marker is fine', whole.subarray(0, 5 * 512), 'none'],
    ['half a header', whole.subarray(0, 300), 'layer-corrupt'],
    ['half a file', whole.subarray(0, 1500), 'layer-corrupt'],
    ['a wrong checksum', Buffer.concat([Buffer.from('A'), whole.subarray(1)]), 'layer-corrupt'],
    ['text', Buffer.from('hello world'.repeat(100)), 'layer-corrupt'],
    ['an empty block between entries', Buffer.concat([Buffer.alloc(512), whole]), 'layer-corrupt'],
    ['10 GB claimed, none there', packEntry({ path: 'a', size: 0o77777777777 }), 'layer-corrupt'],
    [
      'a damaged PAX record',
      Buffer.concat([packEntry({ path: 'p', type: 'x', content: '99 path=a\n' }), whole]),
      'layer-corrupt',
    ],
    [
      'a PAX record of length 0',
      Buffer.concat([packEntry({ path: 'p', type: 'x', content: '0 path=a\n' }), whole]),
      'layer-corrupt',
    ],
    [
      'an extended header of gigabytes',
      Buffer.concat([packEntry({ path: 'p', type: 'x', size: 2 ** 30 }), whole]),
      'layer-bomb',
    ],
    ['a path longer than Linux has', Buffer.concat([packPax({ path: 'x'.repeat(5000) }), whole]), 'layer-bomb'],
  ];
  for (const [name, tar, code] of cases) assert.equal(await codeOf(tar), code, name);
});

test('tar: any bytes give entries or a typed error', async () => {
  const whole = packTar([
    { path: 'a', content: 'xyz' },
    { path: 'b', type: '2', target: 'c' },
  ]);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 }),
      fc.nat(whole.length),
      async (changes, length) => {
        const tar = Buffer.from(whole.subarray(0, length));
        for (const [at, byte] of changes) if (at < tar.length) tar[at] = byte;
        assert.match(await codeOf(tar), /^(none|layer-corrupt|layer-bomb)$/);
      },
    ),
    { numRuns: 300 },
  );
});

const sparseFormats = [
  { name: 'old GNU', options: ['--format=gnu'] },
  { name: 'PAX 0.0', options: ['--format=posix', '--sparse-version=0.0'] },
  { name: 'PAX 0.1', options: ['--format=posix', '--sparse-version=0.1'] },
  { name: 'PAX 1.0', options: ['--format=posix', '--sparse-version=1.0'] },
];

for (const { name, options } of sparseFormats) {
  test(`tar: sparse files as GNU tar writes them, ${name}`, async (t) => {
    if (!spawnSync('tar', ['--version']).stdout?.toString().includes('GNU tar'))
      return t.skip('GNU tar is not installed');
    const folder = mkdtempSync(join(tmpdir(), 'bulla-test-'));
    try {
      // A hole, data, many holes with data between them, and a hole at the end.
      const file = join(folder, 'sparse');
      writeFileSync(file, '');
      truncateSync(file, 4_000_000);
      const content = Buffer.alloc(4_000_000);
      for (let at = 65_536; at < 3_000_000; at += 131_072) content.write(`data at ${at}`, at);
      const script = `import os,sys\nf=open(${JSON.stringify(file)},'r+b')\nfor at in range(65536,3000000,131072):\n f.seek(at); f.write(b'data at %d' % at)\n`;
      if (spawnSync('python3', ['-c', script]).status !== 0)
        return t.skip('python3 is not installed, which makes the holes');
      const tar = spawnSync('tar', ['--sparse', ...options, '-C', folder, '-cf', '-', 'sparse'], {
        maxBuffer: 1 << 26,
      }).stdout;
      assert.ok(tar.length < 2_000_000, 'the file system kept the holes');
      const parts: Buffer[] = [];
      await readTar(inChunks(tar, 10_000), ({ path, size }) => {
        assert.equal(path, 'sparse');
        assert.equal(size, content.length);
        return { write: (bytes) => void parts.push(Buffer.from(bytes)), end: () => undefined };
      });
      assert.ok(Buffer.concat(parts).equals(content));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
