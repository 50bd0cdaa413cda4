import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readMessage, writeMessage } from '#signatures/services/grpc/protobuf.ts';
import { spiffe } from './spiffe.ts';

interface Asked {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Starts an agent on a socket that answers with these tokens, or as it is told. */
async function startAgent(
  t: TestContext,
  reply: readonly string[] | ((stream: ServerHttp2Stream) => void),
): Promise<{ readonly address: string; readonly asked: Asked[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'bulla-spiffe-'));
  const path = join(folder, 'agent.sock');
  const asked: Asked[] = [];
  const server = createServer();
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    const chunks: Buffer[] = [];
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      asked.push({ headers, body: Buffer.concat(chunks) });
      if (typeof reply === 'function') return reply(stream);
      const documents = reply.map((token) => ({
        number: 1,
        bytes: writeMessage([
          { number: 1, bytes: Buffer.from('spiffe://example.org/build') },
          { number: 2, bytes: Buffer.from(token) },
        ]),
      }));
      answer(stream, writeMessage(documents));
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.after(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });
  return { address: `unix://${path}`, asked };
}

function answer(stream: ServerHttp2Stream, message: Buffer, prefix = prefixOf(message.length)): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(Buffer.concat([prefix, message]));
}

function prefixOf(length: number): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(length, 1);
  return prefix;
}

const ask = (address: string) => spiffe.token({ SPIFFE_ENDPOINT_SOCKET: address }, 'sigstore');

test('the agent is asked for a token with the audience, and gives the first', async (t) => {
  const { address, asked } = await startAgent(t, ['first', 'second']);
  assert.equal(await ask(address), 'first');
  assert.equal(await ask(address.replace('unix://', '')), 'first');
  const [{ headers, body } = { headers: {}, body: Buffer.alloc(0) }] = asked;
  assert.equal(headers[':path'], '/SpiffeWorkloadAPI/FetchJWTSVID');
  assert.deepEqual([headers['workload.spiffe.io'], headers['te']], ['true', 'trailers']);
  assert.deepEqual(
    readMessage(body.subarray(5))?.map(({ number, bytes }) => [number, String(bytes)]),
    [[1, 'sigstore']],
  );
});

test('where nothing is named, nobody is asked', async () => {
  assert.equal(await spiffe.token({}, 'sigstore'), undefined);
  assert.equal(await spiffe.token({ SPIFFE_ENDPOINT_SOCKET: '' }, 'sigstore'), undefined);
});

const broken: readonly (readonly [what: string, code: string, reply: (stream: ServerHttp2Stream) => void])[] = [
  [
    'a status alone',
    'service-failed',
    (stream) =>
      stream.respond({ ':status': 200, 'grpc-status': '7', 'grpc-message': 'no%20identity' }, { endStream: true }),
  ],
  ['no status', 'service-invalid', (stream) => stream.respond({ ':status': 200 }, { endStream: true })],
  ['a page', 'service-invalid', (stream) => (stream.respond({ ':status': 404 }), stream.end('<html>'))],
  ['no tokens', 'service-invalid', (stream) => answer(stream, Buffer.alloc(0))],
  ['bytes that are no message', 'service-invalid', (stream) => answer(stream, Buffer.from('ffffff', 'hex'))],
  ['fewer bytes than promised', 'service-invalid', (stream) => answer(stream, Buffer.from('0a', 'hex'), prefixOf(2))],
  [
    'a compressed message',
    'service-invalid',
    (stream) => answer(stream, Buffer.alloc(0), Buffer.from([1, 0, 0, 0, 0])),
  ],
  ['more than anyone can mean', 'service-invalid', (stream) => answer(stream, Buffer.alloc(2 << 20))],
  ['a broken connection', 'service-unreachable', (stream) => stream.session?.destroy()],
];

for (const [what, code, reply] of broken) {
  test(`an agent that gives ${what} is an error`, async (t) => {
    const { address } = await startAgent(t, reply);
    await assert.rejects(ask(address), { code });
  });
}

test('what the agent says is said', async (t) => {
  const [, , reply] = broken[0] ?? [];
  const { address } = await startAgent(t, reply ?? []);
  await assert.rejects(ask(address), { message: /status 7: no identity/ });
});

test('a socket that is not there, and an address that is none', async () => {
  await assert.rejects(ask('unix:///nowhere/agent.sock'), { code: 'service-unreachable' });
  for (const address of ['unix:relative', 'tcp://host:1', 'tcp://127.0.0.1', 'https://127.0.0.1:1']) {
    await assert.rejects(ask(address), { code: 'token-missing' }, address);
  }
});
