import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { httpLimits } from './limits.ts';
import { openServer } from './open-server.ts';
import { plain } from './route.ts';

async function start(t: TestContext) {
  const problems: unknown[] = [];
  const server = await openServer({
    listen: { host: '127.0.0.1', port: 0 },
    routes: [
      { method: 'POST', path: '/length', handle: ({ body }) => plain(200, String(body.length)) },
      { method: 'POST', path: '/broken', handle: () => Promise.reject(new Error('a defect')) },
    ],
    log: (entry) => void problems.push(entry['problem']),
  });
  const sockets: Socket[] = [];
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await server.drain();
  });
  /** Sends text as it is. @returns the first line of the answer */
  const send = (text: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => void socket.write(text));
      sockets.push(socket);
      socket.on('error', () => resolve('closed'));
      socket.on('close', () => resolve('closed'));
      socket.once('data', (data: Buffer) => resolve(data.toString().split('\r\n')[0] ?? ''));
    });
  return { send, sockets, problems };
}

const head = (path: string, headers: string) => `POST ${path} HTTP/1.1\r\nhost: a\r\n${headers}\r\n\r\n`;

test('a body is read as long as it says, and no longer than is allowed', async (t) => {
  const { send } = await start(t);
  assert.match(await send(`${head('/length', 'content-length: 3')}abc`), / 200 /);
  assert.match(await send(head('/length', `content-length: ${httpLimits.bodyBytes + 1}`)), / 413 /);
  assert.match(await send(head('/length', 'content-length: -1')), / 400 /);
  assert.match(await send(head('/length', 'content-length: 3\r\ntransfer-encoding: chunked')), / 400 /);
  assert.match(await send(head('/length', `x: ${'y'.repeat(httpLimits.headBytes)}`)), / 431 /);
});

test('all bodies together are no larger than is allowed, and what was held is free again', async (t) => {
  const { send, sockets } = await start(t);
  const large = head('/length', `content-length: ${httpLimits.bodyBytes}`);
  const many = httpLimits.heldBytes / httpLimits.bodyBytes;
  for (let index = 0; index < many; index++) void send(large);
  // Those before have been begun when this one is: they came first, each on a connection of its own.
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.match(await send(large), / 503 /);
  assert.match(await send(head('/length', 'transfer-encoding: chunked')), / 503 /);
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.match(await send(`${head('/length', 'content-length: 3')}abc`), / 200 /);
});

test('a defect is an error for who asked, told in the log, and nothing else', async (t) => {
  const { send, problems } = await start(t);
  assert.match(await send(head('/broken', 'content-length: 0')), / 500 /);
  assert.deepEqual(problems, ['a defect']);
  assert.match(await send(head('/nothing', 'content-length: 0')), / 404 /);
  assert.match(await send('GET //evil/ HTTP/1.1\r\nhost: a\r\n\r\n'), / 404 /);
});
