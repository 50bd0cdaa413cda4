import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { delay } from '#kit/concurrency.ts';
import { pushBlob } from './push-blob.ts';
import { contentOf, fakeSystem, openTransport, rejects } from './testing.ts';

/** More than the buffers on the way hold. */
const large = contentOf(Buffer.alloc(32 << 20), 'x');

test('a registry that takes nothing is given up; one that takes it slowly is not', async (t) => {
  const { host: silent } = await startRaw(t, 'never');
  const options = { timeout: 60 };
  const system = { ...fakeSystem(), now: Date.now };
  await rejects(
    pushBlob(openTransport(t, silent, options, system), 'app', large.descriptor, large.bytes),
    'registry-unreachable',
    /nothing came/,
  );
  const { host: slow } = await startRaw(t, 'slowly');
  const transport = openTransport(t, slow, options, system);
  assert.equal(await pushBlob(transport, 'app', large.descriptor, large.bytes), 'uploaded');
});

test('an answer before the end of an upload ends it, and the connection', async (t) => {
  const { host, closed } = await startRaw(t, 'early');
  const outcome = pushBlob(openTransport(t, host), 'app', large.descriptor, large.bytes);
  await rejects(outcome, 'registry-write-denied', /does not take the blob/);
  assert.equal(await Promise.race([closed, delay(500).then(() => 'open')]), 'closed');
});

/** A registry that does not read an upload as it comes. */
async function startRaw(t: TestContext, reads: 'never' | 'slowly' | 'early') {
  /** The connection of the upload. */
  const closed = Promise.withResolvers<string>();
  const server = createServer((request, response) => {
    if (request.method === 'HEAD') return response.writeHead(404).end();
    if (request.method !== 'PUT')
      return response.writeHead(request.method === 'POST' ? 202 : 200, { location: '/x' }).end();
    request.socket.once('close', () => closed.resolve('closed'));
    if (reads === 'early') return request.resume() && response.writeHead(403).end();
    if (reads === 'slowly') void readSlowly(request).then(() => response.writeHead(201).end());
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on TCP has an address of this kind.
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, closed: closed.promise };
}

async function readSlowly(stream: AsyncIterable<Buffer>): Promise<void> {
  let read = 0;
  for await (const { length } of stream) {
    if (Math.floor((read + length) / (2 << 20)) > Math.floor(read / (2 << 20))) {
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    read += length;
  }
}
