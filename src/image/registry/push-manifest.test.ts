import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { digestOf } from '#kit/digest.ts';
import { mediaTypes } from '#image/manifest.ts';
import { fakeRegistry, type FakeOptions } from './fake-registry.ts';
import { pushManifest } from './push-manifest.ts';
import { manifestReply, notFound, openTransport, rejects, startServer, tinyImage, type Reply } from './testing.ts';

const { bytes, descriptor } = tinyImage().manifest;
const { digest } = descriptor;
const manifest = { mediaType: mediaTypes.ociManifest, bytes };

test('a manifest is written under its digest, or a tag, and read back', async (t) => {
  const { push, manifests, seen } = await start(t);
  assert.deepEqual(await push(), { descriptor, subject: undefined });
  assert.deepEqual(await push('1'), { descriptor, subject: undefined });
  assert.deepEqual([...manifests.keys()], [`app@${digest}`, 'app:1']);
  assert.deepEqual(
    seen.map(({ method, url }) => [method, url]),
    [digest, '1'].flatMap((name) => ['PUT', 'GET'].map((method) => [method, `/v2/app/manifests/${name}`])),
  );
});

test('type and bytes go as they are', async (t) => {
  const { host, manifests } = await start(t);
  const odd = { mediaType: 'application/vnd.X+json; charset="utf-8"', bytes: Buffer.from('{ "schemaVersion" :2}\n\n') };
  await pushManifest(openTransport(t, host), 'app', odd, '1');
  assert.deepEqual(manifests.get('app:1'), { type: odd.mediaType, bytes: odd.bytes });
});

test('a registry that is late is waited for', async (t) => {
  let reads = 0;
  const instead = ({ method }: { method: string }) => (method === 'GET' && ++reads < 4 ? notFound : undefined);
  const { push } = await start(t, { instead });
  await push('1');
  assert.equal(reads, 4);
});

test('what is not there afterwards is an error', async (t) => {
  const gone = await start(t, { instead: ({ method }) => (method === 'GET' ? notFound : undefined) });
  await rejects(gone.push(), 'registry-write-lost', /but does not have it/);
  assert.equal(gone.seen.length, 8);
  const foreign = { bytes: Buffer.from('{}'), descriptor: { ...descriptor, digest: digestOf('{}') } };
  const moved = await start(t, { instead: ({ method }) => (method === 'GET' ? manifestReply(foreign) : undefined) });
  await rejects(moved.push('1'), 'registry-write-lost', /under the tag 1, but has sha256:44136fa/);
});

const refusals: readonly (readonly [string, Reply, string, RegExp, RegExp?])[] = [
  [
    'another digest',
    { status: 201, headers: { 'docker-content-digest': digestOf('x') } },
    'digest-mismatch',
    /stored the manifest/,
  ],
  [
    '403',
    { status: 403, body: '{"errors":[{"code":"DENIED","message":"no"}]}' },
    'registry-write-denied',
    /DENIED no/,
    /login/,
  ],
  ['405', { status: 405 }, 'registry-write-denied', /does not take the tag 1/, /read-only/],
  [
    'a blob that is missing',
    { status: 400, body: '{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN"}]}' },
    'registry-write-lost',
    /MANIFEST_BLOB_UNKNOWN/,
  ],
  ['a tag that may not move', { status: 412, body: '{"errors":[{"code":"PRECONDITION"}]}' }, 'registry-failed', /412/],
  ['a redirect', { status: 307, headers: { location: '/x' } }, 'registry-failed', /307/],
];

for (const [name, reply, code, message, hint] of refusals) {
  test(`a registry that answers with ${name}`, async (t) => {
    const { push } = await start(t, { instead: ({ method }) => (method === 'PUT' ? reply : undefined) });
    await rejects(push('1'), code, message, hint);
  });
}

test('a type or a tag that cannot be sent is not sent', async (t) => {
  const { host, push, seen } = await start(t);
  for (const mediaType of ['', 'a\r\nx: y', 'ä', 'x'.repeat(256)]) {
    await rejects(pushManifest(openTransport(t, host), 'app', { mediaType, bytes }), 'manifest-invalid', /media type/);
  }
  for (const tag of ['', '../x', 'a/b', '.x', 'x?y', 'x'.repeat(129)]) {
    await rejects(push(tag), 'reference-invalid', /not a tag/);
  }
  assert.equal(seen.length, 0);
});

async function start(t: TestContext, options: FakeOptions = {}) {
  const fake = fakeRegistry(options);
  const { host, seen } = await startServer(t, fake.reply);
  const push = (tag?: string) => pushManifest(openTransport(t, host), 'app', manifest, tag);
  return { ...fake, host, seen, push };
}
