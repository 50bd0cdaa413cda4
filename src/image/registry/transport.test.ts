import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { collect } from '#kit/bytes.ts';
import { BullaError } from '#kit/error.ts';
import { fakeSystem, getThing, openTransport, rejects, startServer, thing, type Reply } from './testing.ts';
import { createTransport } from './transport.ts';

test('a registry without authentication is just asked', async (t) => {
  const server = await startServer(t, () => ({ body: 'hello' }));
  assert.equal(await getThing(openTransport(t, server.host)), 'hello');
  const [seen] = server.seen;
  assert.equal(seen?.url, '/v2/app/thing');
  assert.equal(seen.headers['accept-encoding'], 'identity');
  assert.equal(seen.headers.authorization, undefined);
});

test('503, then 429 with Retry-After, then success', async (t) => {
  const replies: Reply[] = [{ status: 503 }, { status: 429, headers: { 'retry-after': '7' } }, { body: 'ok' }];
  const server = await startServer(t, () => replies.shift() ?? {});
  const system = fakeSystem();
  assert.equal(await getThing(openTransport(t, server.host, {}, system)), 'ok');
  assert.deepEqual(system.slept, [250, 7250]);
});

test('a connection that is reset is tried again', async (t) => {
  let count = 0;
  const server = await startServer(t, () => {
    count += 1;
    return count < 3 ? (response) => void response.socket?.resetAndDestroy() : { body: 'ok' };
  });
  assert.equal(await getThing(openTransport(t, server.host)), 'ok');
  const never = await startServer(t, () => (response) => void response.socket?.resetAndDestroy());
  await rejects(getThing(openTransport(t, never.host)), 'registry-unreachable', /breaks the connection/, /./);
});

test('a registry that hangs is given up, before or within its answer', async (t) => {
  const silent = await startServer(t, () => () => undefined);
  await rejects(
    getThing(openTransport(t, silent.host, { timeout: 50 })),
    'registry-unreachable',
    /nothing came for 0.05 s/,
    /./,
  );
  const halting = await startServer(t, () => (response) => response.writeHead(200).write('a'));
  await rejects(getThing(openTransport(t, halting.host, { timeout: 50 })), 'registry-unreachable', /nothing came/, /./);
});

test('a registry that drips is given up too', async (t) => {
  const server = await startServer(t, () => (response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write('a'), 20);
    response.on('close', () => clearInterval(timer));
  });
  await rejects(getThing(openTransport(t, server.host, { timeout: 60 })), 'registry-unreachable', /nothing came/, /./);
});

test('a slow reader is not a silent registry', async (t) => {
  const server = await startServer(t, () => ({ body: Buffer.alloc(3 << 20) }));
  const transport = openTransport(t, server.host, { timeout: 40 });
  const answer = await transport.request(thing);
  let size = 0;
  for await (const chunk of answer.body) {
    size += chunk.length;
    if (size === chunk.length) await new Promise((resolve) => setTimeout(resolve, 120));
  }
  assert.equal(size, 3 << 20);
});

test('chunks are large when the reader is the slower one', async (t) => {
  const server = await startServer(t, () => ({ body: Buffer.alloc(8 << 20) }));
  const answer = await openTransport(t, server.host).request(thing);
  const sizes: number[] = [];
  for await (const chunk of answer.body) {
    sizes.push(chunk.length);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  assert.ok(sizes.length < 80, `${sizes.length} chunks`);
});

test('whatever comes is an answer or one of our errors', async (t) => {
  let bytes = '';
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(bytes, 'latin1'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  // A server that listens on TCP has an address of this kind.
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const line = fc.stringMatching(/^[ -~]{0,30}$/);
  const http = fc
    .tuple(fc.constantFrom('200', '206', '304', '401', '999', 'x'), fc.array(line), fc.string())
    .map(([status, headers, body]) => `HTTP/1.1 ${status} X\r\n${headers.join('\r\n')}\r\n\r\n${body}`);
  await fc.assert(
    fc.asyncProperty(fc.oneof(http, fc.string()), async (sent) => {
      bytes = sent;
      const transport = createTransport(host, { timeout: 500 }, fakeSystem());
      await getThing(transport).catch((error: unknown) => assert.ok(error instanceof BullaError, String(error)));
      transport.close();
    }),
    { numRuns: 60 },
  );
});

test('closing ends what is under way, and what comes later', async (t) => {
  const server = await startServer(t, () => () => undefined);
  const transport = openTransport(t, server.host);
  const waiting = getThing(transport);
  while (server.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  transport.close();
  await rejects(waiting, 'registry-failed', /was closed/, /^$/);
  await rejects(getThing(transport), 'registry-failed', /was closed/, /^$/);
});

test('closing within a body ends its reading', async (t) => {
  const server = await startServer(t, () => (response) => response.writeHead(200).write('a'));
  const transport = openTransport(t, server.host);
  const answer = await transport.request(thing);
  const reading = collect(answer.body, 100);
  setTimeout(() => transport.close(), 20);
  await rejects(reading, 'registry-failed', /was closed/, /^$/);
});

test('where nothing listens, and where no host is', async (t) => {
  const transport = createTransport('127.0.0.1:1', {}, fakeSystem());
  t.after(() => transport.close());
  await rejects(getThing(transport), 'registry-unreachable', /nothing listens/, /port/);
  const unknown = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
  const system = {
    ...fakeSystem(),
    lookup: (_h: string, _o: object, done: (e: Error, a: []) => void) => done(unknown, []),
  };
  const nowhere = createTransport('registry.example', {}, system);
  await rejects(getThing(nowhere), 'registry-unreachable', /no host of this name/, /spelling/);
});

test('a metadata address is no registry', async () => {
  const literal = createTransport('169.254.169.254', { insecure: ['*'] }, fakeSystem());
  await rejects(getThing(literal), 'registry-redirect-refused', /no registry uses/, /./);
  const named = createTransport('r.example', {}, fakeSystem({ 'r.example': '169.254.169.254' }));
  await rejects(getThing(named), 'registry-redirect-refused', /no registry uses/, /./);
});

test('a registry whose name others choose lies no further than they may reach', async (t) => {
  const server = await startServer(t, () => ({ body: 'secret' }));
  const port = server.host.replace(/.*:/, '');
  const system = fakeSystem({ 'r.example': '127.0.0.1', 'inner.example': '10.1.2.3' });
  const ask = (host: string) => getThing(openTransport(t, host, { reach: 'public', insecure: ['*'] }, system));
  for (const host of [server.host, `localhost:${port}`, `[::1]:${port}`, `r.example:${port}`]) {
    await rejects(ask(host), 'registry-redirect-refused', /on this very machine/, /./);
  }
  for (const host of ['10.1.2.3', 'inner.example', '[::ffff:10.1.2.3]']) {
    await rejects(ask(host), 'registry-redirect-refused', /private network/, /./);
  }
  assert.equal(server.seen.length, 0);
});

test('what speaks plain HTTP is not believed to be a registry elsewhere', async (t) => {
  const server = await startServer(t, () => ({ body: 'hello' }));
  const port = server.host.replace(/.*:/, '');
  const system = fakeSystem({ 'r.example': '127.0.0.1' });
  await rejects(
    getThing(openTransport(t, `r.example:${port}`, {}, system)),
    'registry-unreachable',
    /does not speak TLS/,
    /--insecure$/,
  );
  assert.equal(server.seen.length, 0);
  const insecure = { insecure: [`r.example:${port}`] };
  assert.equal(await getThing(openTransport(t, `r.example:${port}`, insecure, system)), 'hello');
});
