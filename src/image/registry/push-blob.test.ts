import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test, type TestContext } from 'node:test';
import { fakeRegistry, type FakeOptions } from './fake-registry.ts';
import { pushBlob, type PushOptions } from './push-blob.ts';
import { contentOf, fakeSystem, openTransport, rejects, startServer, type Reply, type Seen } from './testing.ts';

const { bytes, descriptor } = contentOf(
  Buffer.from(Uint8Array.from({ length: 300_000 }, (_value, index) => (index * 7) & 255)),
  'x',
);
const { digest } = descriptor;
const key = `app@${digest}`;

test('a blob is sent whole, once', async (t) => {
  const { push, calls, blobs } = await start(t);
  assert.equal(await push(bytes), 'uploaded');
  assert.deepEqual(blobs.get(key), bytes);
  assert.deepEqual(calls(), [
    `HEAD blobs/${digest}`,
    'POST blobs/uploads/',
    `PUT blobs/uploads/1?state=a%2Fb+0&digest=${encodeURIComponent(digest)}`,
  ]);
  assert.equal(await push(bytes), 'present');
  assert.equal(calls().length, 4);
});

test('a blob of no bytes', async (t) => {
  const { host, blobs } = await start(t);
  const empty = contentOf('', 'x');
  assert.equal(await pushBlob(openTransport(t, host), 'app', empty.descriptor, empty.bytes), 'uploaded');
  assert.equal(blobs.get(`app@${empty.descriptor.digest}`)?.length, 0);
});

test('a blob of another repository is mounted, or else sent', async (t) => {
  for (const mounts of [true, false]) {
    const { push, calls, blobs } = await start(t, { mounts });
    blobs.set(`base@${digest}`, bytes);
    assert.equal(await push(bytes, { mountFrom: 'base' }), mounts ? 'mounted' : 'uploaded');
    assert.deepEqual(blobs.get(key), bytes);
    assert.equal(calls().filter((call) => call.startsWith('POST')).length, 1, 'the upload that was begun is used');
  }
});

test('a registry that refuses to mount is sent the blob', async (t) => {
  for (const status of [400, 401, 403, 404, 405, 500]) {
    const instead = ({ url }: Seen) => (url.includes('mount=') ? { status } : undefined);
    const { push, blobs } = await start(t, { instead });
    assert.equal(await push(bytes, { mountFrom: 'base' }), 'uploaded');
    assert.deepEqual(blobs.get(key), bytes);
  }
});

test('an upload may be elsewhere, where our credentials do not go', async (t) => {
  const storage = fakeRegistry();
  const other = await startServer(t, (seen) => storage.reply(seen));
  const instead = (seen: Seen): Reply | undefined => {
    if (seen.url.startsWith('/token')) return { body: '{"token":"t"}' };
    const realm = `Bearer realm="http://${seen.headers.host ?? ''}/token"`;
    if (seen.headers.authorization !== 'Bearer t') return { status: 401, headers: { 'www-authenticate': realm } };
    // The upload is begun where it will be.
    if (seen.method !== 'POST') return undefined;
    const answer = storage.reply(seen);
    if (typeof answer === 'function') return answer;
    return {
      ...answer,
      headers: { ...answer.headers, location: `${other.origin}${String(answer.headers?.['location'])}` },
    };
  };
  for (const chunkBytes of [undefined, 100_000]) {
    const { push } = await start(t, { instead });
    assert.equal(await push(bytes, { chunkBytes }), 'uploaded');
    assert.deepEqual(storage.blobs.get(key), bytes);
    storage.blobs.clear();
  }
  assert.equal(other.seen.length, 5);
  assert.ok(other.seen.every(({ headers }) => headers.authorization === undefined));
});

const places: readonly (readonly [string, RegExp])[] = [
  ['http://169.254.169.254/x', /no registry uses/],
  ['http://[fd00:ec2::254]/x', /no registry uses/],
  ['ftp://storage.example/x', /gives up TLS/],
  ['http://', /not a URL/],
];

for (const [place, message] of places) {
  test(`an upload to ${place} is refused`, async (t) => {
    const { push } = await start(t, { locate: () => place });
    await rejects(push(bytes), 'registry-redirect-refused', message);
  });
}

test('an upload without a place is an error', async (t) => {
  const { push } = await start(t, { instead: ({ method }) => (method === 'POST' ? { status: 202 } : undefined) });
  await rejects(push(bytes), 'registry-failed', /does not say where/);
});

test('an upload is not redirected', async (t) => {
  const { push } = await start(t, {
    instead: ({ method }) => (method === 'PUT' ? { status: 307, headers: { location: '/elsewhere' } } : undefined),
  });
  await rejects(push(bytes), 'registry-failed', /answered 307/);
});

test('in chunks, at least as large as the registry wants them', async (t) => {
  for (const [leastChunk, expected] of [
    [undefined, ['0-119999', '120000-239999', '240000-299999']],
    [200_000, ['0-199999', '200000-299999']],
  ] as const) {
    const { push, seen, blobs } = await start(t, { leastChunk });
    assert.equal(await push(pieces, { chunkBytes: 120_000 }), 'uploaded');
    assert.deepEqual(blobs.get(key), bytes);
    const chunks = seen.filter(({ method }) => method === 'PATCH');
    assert.deepEqual(
      chunks.map(({ headers }) => headers['content-range']),
      expected,
    );
  }
});

test('a whole that breaks is sent anew', async (t) => {
  const { push, calls, blobs } = await start(t, { instead: failing('PUT', 2, reset) });
  assert.equal(await push(pieces), 'uploaded');
  assert.deepEqual(blobs.get(key), bytes);
  assert.equal(calls().filter((call) => call === 'POST blobs/uploads/').length, 3);
});

test('a large whole that breaks is sent in chunks, and so is one that is too large for a gateway', async (t) => {
  const large = contentOf(Buffer.alloc((16 << 20) + 1, 'x'), 'x');
  for (const [failure, posts] of [
    [reset, 2],
    [{ status: 413 }, 2],
  ] as const) {
    const { host, calls, blobs } = await start(t, { instead: failing('PUT', 1, failure) });
    await pushBlob(openTransport(t, host), 'app', large.descriptor, large.bytes);
    assert.equal(blobs.get(`app@${large.descriptor.digest}`)?.length, large.bytes.length);
    assert.deepEqual(
      ['POST', 'PATCH', 'PUT'].map((method) => calls().filter((call) => call.startsWith(method)).length),
      [posts, 2, 2],
    );
  }
});

test('a chunk that breaks is sent again, and none that the registry has', async (t) => {
  for (const failure of [reset, { status: 503 }, { status: 429, headers: { 'retry-after': '3' } }]) {
    const { push, seen, blobs } = await start(t, { instead: failing('PATCH', 1, failure, 1) });
    assert.equal(await push(pieces, { chunkBytes: 100_000 }), 'uploaded');
    assert.deepEqual(blobs.get(key), bytes);
    assert.deepEqual(
      seen.filter(({ method }) => method === 'PATCH').map(({ headers }) => headers['content-range']),
      ['0-99999', '100000-199999', '100000-199999', '200000-299999'],
    );
  }
});

test('where the registry has other bytes than we thought, it says where to go on', async (t) => {
  // It takes the second chunk, but says that it has nothing; and refuses the first one, because it has two.
  let count = 0;
  const fake = fakeRegistry();
  const server = await startServer(t, (seen) => {
    const answer = fake.reply(seen);
    const isSecond = seen.method === 'PATCH' && ++count === 2;
    return isSecond && typeof answer === 'object'
      ? { ...answer, headers: { ...answer.headers, range: '0-0' } }
      : answer;
  });
  const transport = openTransport(t, server.host);
  await pushBlob(transport, 'app', descriptor, pieces, { chunkBytes: 100_000 });
  assert.deepEqual(fake.blobs.get(key), bytes);
  assert.deepEqual(
    server.seen.filter(({ method }) => method === 'PATCH').map(({ headers }) => headers['content-range']),
    ['0-99999', '100000-199999', '0-99999', '200000-299999'],
  );
});

test('a chunk that is refused as before is not sent again', async (t) => {
  const { push, seen } = await start(t, { instead: failing('PATCH', 9, { status: 416 }, 1) });
  await rejects(push(pieces, { chunkBytes: 100_000 }), 'registry-failed', /answered 416/);
  assert.equal(seen.filter(({ method }) => method === 'PATCH').length, 2);
});

test('a registry that never has what it takes is given up', async (t) => {
  const instead = ({ method }: Seen): Reply | undefined =>
    method === 'PATCH' ? { status: 202, headers: { range: '0-0' } } : undefined;
  const { push, seen } = await start(t, { instead });
  await rejects(push(bytes, { chunkBytes: 100_000 }), 'registry-failed', /only 0 of the 300000 bytes/);
  assert.equal(seen.filter(({ method }) => method === 'PATCH').length, 6);
});

test('an upload that the registry forgets is begun anew', async (t) => {
  let isGone = false;
  const instead = (seen: Seen): Reply | undefined => {
    if (seen.method === 'PATCH' && !isGone) {
      isGone = true;
      return { status: 503 };
    }
    return seen.method === 'GET' ? { status: 404 } : undefined;
  };
  const { push, calls, blobs } = await start(t, { instead });
  assert.equal(await push(bytes, { chunkBytes: 100_000 }), 'uploaded');
  assert.deepEqual(blobs.get(key), bytes);
  assert.equal(calls().filter((call) => call.startsWith('POST')).length, 2);
});

test('if only the answer breaks, nothing is sent again', async (t) => {
  let isLost = false;
  const fake = fakeRegistry();
  const server = await startServer(t, (seen) => {
    const answer = fake.reply(seen);
    if (seen.method !== 'PUT' || isLost) return answer;
    isLost = true;
    return reset;
  });
  assert.equal(await pushBlob(openTransport(t, server.host), 'app', descriptor, bytes), 'uploaded');
  assert.deepEqual(
    server.seen.map(({ method }) => method),
    ['HEAD', 'POST', 'PUT', 'HEAD'],
  );
});

test('Retry-After of an upload is obeyed', async (t) => {
  const { host } = await start(t, { instead: failing('PUT', 1, { status: 429, headers: { 'retry-after': '7' } }) });
  const system = fakeSystem();
  await pushBlob(openTransport(t, host, {}, system), 'app', descriptor, bytes);
  assert.deepEqual(system.slept, [7250]);
});

async function start(t: TestContext, options: FakeOptions = {}) {
  const fake = fakeRegistry(options);
  const { host, seen } = await startServer(t, fake.reply);
  const push = (content: Buffer | (() => AsyncIterable<Buffer>), given?: PushOptions) =>
    pushBlob(openTransport(t, host), 'app', descriptor, content, given);
  const calls = () => seen.map(({ method, url }) => `${method} ${url.replace('/v2/app/', '')}`);
  return { ...fake, host, seen, push, calls };
}

/** Lets some of the requests of a method fail, after the first so many. */
function failing(method: string, times: number, failure: Reply, after = 0) {
  let count = 0;
  return (seen: Seen) => {
    if (seen.method !== method) return undefined;
    count += 1;
    return count > after && count <= after + times ? failure : undefined;
  };
}

function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

const pieces = () => inPieces(bytes);

async function* inPieces(content: Buffer) {
  for (let at = 0; at < content.length; at += 70_000) yield content.subarray(at, at + 70_000);
}
