import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { collect } from '#kit/bytes.ts';
import { digestOf } from '#kit/digest.ts';
import { openImage } from '#image/image.ts';
import { mediaTypes } from '#image/manifest.ts';
import { parseReference } from '#image/reference.ts';
import { readChecked } from '#image/store.ts';
import { registryStore } from './store.ts';
import {
  fakeSystem,
  notFound,
  openTransport,
  rejects,
  serveImage,
  startServer,
  tinyImage,
  type Reply,
  type Seen,
} from './testing.ts';

const image = tinyImage();
const { digest } = image.manifest.descriptor;
const platform = { os: 'linux', architecture: 'amd64' };

test('an image is opened from its registry, each part fetched once', async (t) => {
  const server = await startServer(t, serveImage(image));
  const opened = await openImage('app', open(t, server.host, 'app:1'), platform);
  assert.equal(opened.digest, digest);
  assert.equal(opened.id, image.config.descriptor.digest);
  assert.deepEqual(
    server.seen.map(({ url }) => url),
    ['/v2/app/manifests/1', `/v2/app/blobs/${image.config.descriptor.digest}`],
  );
  assert.equal(server.seen[0]?.headers.accept?.includes(mediaTypes.ociIndex), true);
  assert.ok(opened.store !== undefined);
  const layer = await readChecked(opened.store, image.layer.descriptor, 1000, 'the layer');
  assert.deepEqual(layer, image.layer.bytes);
});

test('a tag is resolved once, even if it moves', async (t) => {
  let moved = false;
  const server = await startServer(t, (seen) => (moved ? notFound : serveImage(image)(seen)));
  const store = open(t, server.host, 'app:1');
  const first = await store.root();
  moved = true;
  assert.equal(await store.root(), first);
  assert.deepEqual(await collect(store.open(first), 10_000), image.manifest.bytes);
});

test('a digest wins over the tag beside it', async (t) => {
  const server = await startServer(t, serveImage(image));
  assert.equal((await open(t, server.host, `app:gone@${digest}`).root()).digest, digest);
});

test('Docker Hub is asked at its own host, for its own scope', async (t) => {
  const seen: string[] = [];
  const system = {
    ...fakeSystem(),
    lookup: (host: string, _options: object, done: (error: Error, found: []) => void) => {
      seen.push(host);
      done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []);
    },
  };
  const reference = parseReference('nginx');
  const transport = openTransport(t, reference.host, {}, system);
  await rejects(registryStore(transport, reference).root(), 'registry-unreachable', /registry-1\.docker\.io/);
  assert.deepEqual(seen, ['registry-1.docker.io']);
});

const { bytes } = image.manifest;
const wrong = digestOf('something else');
const roots: readonly (readonly [string, string, Reply, string, RegExp])[] = [
  ['wrong bytes for a digest', `@${digest}`, { body: '{}' }, 'digest-mismatch', /promises: sha256:/],
  [
    'a header that disagrees with the bytes',
    ':1',
    { body: bytes, headers: { 'docker-content-digest': wrong } },
    'digest-mismatch',
    new RegExp(wrong),
  ],
  [
    'a manifest that is announced too large',
    ':1',
    { body: Buffer.alloc(5 << 20), headers: { 'content-type': mediaTypes.ociManifest } },
    'manifest-too-large',
    /5242880 bytes; at most 4194304/,
  ],
  ['a manifest that is too large', ':1', endless(mediaTypes.ociManifest), 'manifest-too-large', /more than 4194304/],
  ['an index that is too large', ':1', endless(mediaTypes.ociIndex), 'manifest-too-large', /more than 8388608/],
  ['a tag that is not there', ':1', notFound, 'registry-not-found', /does not have the tag 1/],
  ['a digest that is not there', `@${digest}`, notFound, 'registry-not-found', /does not have the manifest sha256:/],
  ['a manifest that is cut off', ':1', cut(bytes), 'registry-unreachable', /breaks the connection/],
];

for (const [name, suffix, reply, code, message] of roots) {
  test(`root: ${name}`, async (t) => {
    const server = await startServer(t, () => reply);
    await rejects(open(t, server.host, `app${suffix}`).root(), code, message);
  });
}

const unusable: readonly (readonly [string, Reply, string, RegExp])[] = [
  ['a page for people', { body: '<html>', headers: { 'content-type': 'text/html' } }, 'manifest-invalid', /not a JSON/],
  [
    'schema 1',
    { body: '{"schemaVersion":1}', headers: { 'content-type': mediaTypes.dockerSchema1Signed } },
    'manifest-unsupported',
    /schema 1/,
  ],
  [
    'a type that the content contradicts',
    { body: bytes, headers: { 'content-type': mediaTypes.ociIndex } },
    'manifest-invalid',
    /its content is a manifest/,
  ],
];

for (const [name, reply, code, message] of unusable) {
  test(`an image that is ${name} is refused`, async (t) => {
    const server = await startServer(t, () => reply);
    await rejects(openImage('app', open(t, server.host, 'app:1'), platform), code, message);
  });
}

for (const type of ['application/json', 'text/plain; charset=utf-8', 'application/octet-stream', undefined]) {
  test(`a manifest that is called ${type} is known by its content`, async (t) => {
    const headers = type === undefined ? undefined : { 'content-type': type };
    const server = await startServer(t, () => ({ body: bytes, headers }));
    assert.equal((await open(t, server.host, 'app:1').root()).mediaType, mediaTypes.ociManifest);
  });
}

test('find gives the descriptor of what is there, and nothing for what is not', async (t) => {
  const server = await startServer(t, serveImage(image));
  const store = open(t, server.host, 'app:1');
  const found = await store.find?.(digest);
  assert.deepEqual(found, image.manifest.descriptor);
  assert.equal(await store.find?.(wrong), undefined);
  assert.ok(found !== undefined);
  await collect(store.open(found), 10_000);
  assert.equal(server.seen.length, 2, 'what was found is not fetched again');
});

test('foreign URLs of a layer are not followed', async (t) => {
  const server = await startServer(t, serveImage(image));
  const elsewhere = await startServer(t, () => ({}));
  const layer = { ...image.layer.descriptor, urls: [`${elsewhere.origin}/x`] };
  await collect(open(t, server.host, 'app:1').open(layer), 10_000);
  assert.equal(elsewhere.seen.length, 0);
});

/** A layer whose bytes tell where they are from. */
const blob = Buffer.from(Uint8Array.from({ length: 300_000 }, (_value, index) => (index * 7) & 255));
const layerOf = { mediaType: 'x', digest: digestOf(blob), size: blob.length, annotations: {} };

test('a blob that breaks off is taken up where it broke', async (t) => {
  const server = await startServer(t, ranges(100_000));
  const store = open(t, server.host, 'app:1');
  assert.deepEqual(await readChecked(store, layerOf, 1 << 20, 'the layer'), blob);
  assert.deepEqual(
    server.seen.map(({ headers }) => headers.range),
    [undefined, 'bytes=100000-', 'bytes=200000-'],
  );
});

test('a blob that breaks off again and again is given up', async (t) => {
  const server = await startServer(t, ranges(10_000));
  await rejects(collect(open(t, server.host, 'app:1').open(layerOf), 1 << 20), 'registry-unreachable', /breaks/);
  assert.equal(server.seen.length, 6);
});

test('a blob that cannot be taken up is an error', async (t) => {
  const rests: readonly (readonly [string, Reply])[] = [
    ['200', { body: blob }],
    ['416', { status: 416 }],
    ['206', { status: 206, body: blob, headers: { 'content-range': `bytes 0-299999/300000` } }],
    ['206', { status: 206, body: 'x', headers: { 'content-range': `bytes 100000-100000/300000` } }],
    ['206', { status: 206, body: 'x' }],
  ];
  for (const [status, rest] of rests) {
    const server = await startServer(t, ({ headers }) => (headers.range === undefined ? cut(blob, 100_000) : rest));
    const message = new RegExp(`after 100000 of 300000 bytes and its rest came with status ${status}`);
    await rejects(collect(open(t, server.host, 'app:1').open(layerOf), 1 << 20), 'registry-failed', message);
  }
});

test('a blob that ends early without breaking is taken up too', async (t) => {
  const early: Reply = (response) => {
    response.write(blob.subarray(0, 5));
    response.end();
  };
  const server = await startServer(t, (seen) => (seen.headers.range === undefined ? early : ranges(400_000)(seen)));
  assert.deepEqual(await collect(open(t, server.host, 'app:1').open(layerOf), 1 << 20), blob);
});

test('a blob of which another size is announced is not read', async (t) => {
  for (const length of [1, blob.length + 1]) {
    const server = await startServer(t, () => ({ body: Buffer.alloc(length) }));
    await rejects(collect(open(t, server.host, 'app:1').open(layerOf), 1 << 20), 'size-mismatch', /announced/);
  }
});

test('a blob with other bytes of the same size does not pass', async (t) => {
  const server = await startServer(t, () => ({ body: Buffer.alloc(blob.length) }));
  await rejects(
    readChecked(open(t, server.host, 'app:1'), layerOf, 1 << 20, 'the layer'),
    'digest-mismatch',
    /not what its digest/,
  );
});

test('a blob that does not stop is stopped', async (t) => {
  const server = await startServer(t, () => endless('x'));
  await rejects(readChecked(open(t, server.host, 'app:1'), layerOf, 1 << 20, 'the layer'), 'manifest-too-large', /./);
});

test('what is compressed on the way stays as it is', async (t) => {
  const server = await startServer(t, () => ({
    body: image.layer.bytes,
    headers: { 'content-encoding': 'gzip' },
  }));
  const store = open(t, server.host, 'app:1');
  assert.deepEqual(await collect(store.open(image.layer.descriptor), 1 << 20), image.layer.bytes);
});

function open(t: TestContext, host: string, name: string) {
  return registryStore(openTransport(t, host), parseReference(`${host}/${name}`));
}

/** Sends `step` bytes of the blob at a time, from wherever is asked, and breaks the connection. */
function ranges(step: number): (seen: Pick<Seen, 'headers'>) => Reply {
  return ({ headers }) => {
    const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    const range = { 'content-range': `bytes ${start}-${blob.length - 1}/${blob.length}` };
    return cut(blob.subarray(start), step, headers.range === undefined ? 200 : 206, range);
  };
}

/** Announces all of the content, sends a part, and breaks the connection unless that was all. */
function cut(content: Buffer, part = content.length - 1, status = 200, headers: Record<string, string> = {}): Reply {
  return (response) => {
    response.writeHead(status, { 'content-length': content.length, ...headers });
    if (part >= content.length) return void response.end(content);
    response.write(content.subarray(0, part), () => setTimeout(() => response.socket?.destroy(), 5));
  };
}

function endless(type: string): Reply {
  return (response) => {
    response.writeHead(200, { 'content-type': type });
    const chunk = Buffer.alloc(1 << 20, ' ');
    const more = (): void => {
      while (!response.destroyed) if (!response.write(chunk)) return void response.once('drain', more);
    };
    more();
  };
}
