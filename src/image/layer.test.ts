import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { digestOf } from '#kit/digest.ts';
import { checkedLayer } from './layer.ts';
import { inChunks, packTar, readStored } from './testing.ts';

const tar = packTar([
  { path: 'etc/hosts', content: 'localhost' },
  { path: 'big', content: 'x'.repeat(100_000) },
]);

async function pathsIn(stored: Buffer, promised: { bytes?: Buffer; size?: number } = {}): Promise<string[]> {
  const paths: string[] = [];
  const bytes = promised.bytes ?? stored;
  await readStored(inChunks(stored), { digest: digestOf(bytes), size: promised.size ?? bytes.length }, ({ path }) => {
    paths.push(path);
    return undefined;
  });
  return paths;
}

const compressed: [string, Buffer][] = [
  ['plain', tar],
  ['gzip', gzipSync(tar)],
  ['several gzip members', Buffer.concat([gzipSync(tar.subarray(0, 700)), gzipSync(tar.subarray(700))])],
  ['zstd', zstdCompressSync(tar)],
  ['several zstd frames', Buffer.concat([zstdCompressSync(tar.subarray(0, 700)), zstdCompressSync(tar.subarray(700))])],
  [
    'zstd after a skippable frame',
    Buffer.concat([Buffer.from('502a4d1803000000616263', 'hex'), zstdCompressSync(tar)]),
  ],
];

for (const [name, stored] of compressed) {
  test(`layer: ${name}`, async () => assert.deepEqual(await pathsIn(stored), ['etc/hosts', 'big']));
}

const whole = gzipSync(tar);
const flipped = Buffer.from(whole);
flipped[whole.length >> 1] = (flipped[whole.length >> 1] ?? 0) ^ 0xff;

const broken: [string, Buffer, { bytes?: Buffer; size?: number }, string][] = [
  ['a flipped byte is a wrong digest, whatever it breaks first', flipped, { bytes: whole }, 'digest-mismatch'],
  ['other content of the same size', Buffer.from(tar).fill(1, 600, 601), { bytes: tar }, 'digest-mismatch'],
  ['a cut layer has the wrong size', whole.subarray(0, 200), { bytes: whole }, 'size-mismatch'],
  ['more bytes than promised', Buffer.concat([whole, whole]), { bytes: whole }, 'size-mismatch'],
  ['a damaged stream with the right digest', flipped, {}, 'layer-corrupt'],
  ['a stream that is cut before it was pushed', whole.subarray(0, 200), {}, 'layer-corrupt'],
  [
    'a changed byte behind the end of the stream',
    Buffer.concat([whole, Buffer.from('b')]),
    { bytes: Buffer.concat([whole, Buffer.from('a')]) },
    'digest-mismatch',
  ],
  ['nothing at all', Buffer.alloc(0), {}, 'layer-corrupt'],
  ['no tar inside', gzipSync(Buffer.from('hello '.repeat(1000))), {}, 'layer-corrupt'],
  ['bzip2', Buffer.from('BZh91AY&SY'), {}, 'layer-unsupported'],
  ['xz', Buffer.from('fd377a585a000004', 'hex'), {}, 'layer-unsupported'],
];

for (const [name, stored, promised, code] of broken) {
  test(`layer: ${name}`, () => assert.rejects(pathsIn(stored, promised), { code }));
}

test('layer: a bomb is stopped long before it is all there', async () => {
  // 400 MB of zeros in 400 kB would be honest; nested once more it is not.
  const megabyte = deflateRawSync(Buffer.alloc(1 << 20)).subarray(0, -1);
  assert.ok(megabyte.length < 2000);
  const bomb = zstdCompressSync(Buffer.concat([packTar([{ path: 'a' }]), Buffer.alloc(300 << 20)]));
  assert.ok(bomb.length < 100_000, 'zstd packs zeros far better than gzip');
  await assert.rejects(pathsIn(bomb), { code: 'layer-bomb' });
});

test('layer: memory does not grow with the layer', async () => {
  const before = process.memoryUsage.rss();
  const block = gzipSync(Buffer.alloc(1 << 20, 'some content that compresses a little less than zeros do '));
  async function* manyMembers(): AsyncGenerator<Buffer> {
    yield gzipSync(packTar([{ path: 'a' }]));
    for (let i = 0; i < 200; i++) yield block;
  }
  let size = 0;
  for await (const chunk of manyMembers()) size += chunk.length;
  await assert.rejects(
    readStored(manyMembers(), { digest: digestOf(''), size }, () => undefined),
    { code: 'digest-mismatch' },
  );
  assert.ok(process.memoryUsage.rss() - before < 150 << 20);
});

test('that the bytes are the wrong ones is told to all who ask, whoever asked first', async () => {
  const stored = { digest: digestOf('other'), size: 3 };
  const bytes = checkedLayer(inChunks(Buffer.from('abc'), 1), stored);
  const asked = [bytes.next(), bytes.next(), bytes.next(), bytes.next(), bytes.next()];
  const outcomes = await Promise.allSettled(asked);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'],
  );
  await assert.rejects(bytes.next(), { code: 'digest-mismatch' });
});
