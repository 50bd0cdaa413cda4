import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { digestOf } from '#kit/digest.ts';
import { fakeRegistry, type FakeOptions } from './fake-registry.ts';
import { pushBlob, type PushOptions } from './push-blob.ts';
import { contentOf, openTransport, rejects, startServer } from './testing.ts';

const { bytes, descriptor } = contentOf(randomBytes(300_000), 'x');
const other = Buffer.concat([bytes.subarray(1), bytes.subarray(0, 1)]);
const contents: readonly (readonly [string, Buffer, string])[] = [
  ['other bytes', other, 'digest-mismatch'],
  ['too few bytes', bytes.subarray(1), 'size-mismatch'],
  ['too many bytes', Buffer.concat([bytes, bytes]), 'size-mismatch'],
];

for (const [name, content, code] of contents) {
  test(`${name} at hand are not sent`, async (t) => {
    const { push, seen } = await start(t);
    await rejects(push(content), code, /the blob/);
    assert.equal(seen.length, 0);
  });
  for (const chunkBytes of [undefined, 100_000]) {
    test(`${name} of a stream are not sent to their end${chunkBytes === undefined ? '' : ', in chunks'}`, async (t) => {
      const { push, blobs, seen } = await start(t);
      await rejects(
        push(() => inPieces(content), { chunkBytes }),
        code,
        /the blob/,
      );
      assert.equal(blobs.size, 0);
      assert.equal(seen.filter(({ method }) => method === 'PUT').length, 0);
    });
  }
}

test('the end of a stream is held back until its digest is known', async (t) => {
  const { push, seen } = await start(t);
  async function* late() {
    yield other;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await rejects(push(late), 'digest-mismatch', /the blob/);
  assert.equal(seen.filter(({ method }) => method === 'PUT').length, 0);
});

test('what the source throws is what is thrown', async (t) => {
  const { push, blobs } = await start(t);
  async function* broken() {
    yield bytes.subarray(0, 1000);
    throw new TypeError('the disk is gone');
  }
  await assert.rejects(push(broken), (error) => error instanceof TypeError && /disk/.test(error.message));
  assert.equal(blobs.size, 0);
});

test('a registry that stores something else is an error', async (t) => {
  const headers = { 'docker-content-digest': digestOf('x') };
  const { push } = await start(t, {
    instead: ({ method }) => (method === 'PUT' ? { status: 201, headers } : undefined),
  });
  await rejects(push(bytes), 'digest-mismatch', /stored the blob/);
});

test('a registry that says that it has a blob of another size is sent ours', async (t) => {
  const { push } = await start(t, { instead: ({ method }) => (method === 'HEAD' ? { body: 'x' } : undefined) });
  assert.equal(await push(bytes), 'uploaded');
});

async function start(t: TestContext, options: FakeOptions = {}) {
  const fake = fakeRegistry(options);
  const { host, seen } = await startServer(t, fake.reply);
  const push = (content: Buffer | (() => AsyncIterable<Buffer>), given?: PushOptions) =>
    pushBlob(openTransport(t, host), 'app', descriptor, content, given);
  return { ...fake, seen, push };
}

async function* inPieces(content: Buffer) {
  for (let at = 0; at < content.length; at += 70_000) yield content.subarray(at, at + 70_000);
}
