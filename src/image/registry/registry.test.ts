import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test, type TestContext } from 'node:test';
import { collect } from '#kit/bytes.ts';
import { openImage } from '#image/image.ts';
import { mediaTypes } from '#image/manifest.ts';
import { parseReference } from '#image/reference.ts';
import { readChecked } from '#image/store.ts';
import { newFolder } from '#kit/testing.ts';
import { attachReferrer } from './attach-referrer.ts';
import { fetchBlob } from './blobs.ts';
import { pushBlob } from './push-blob.ts';
import { pushManifest } from './push-manifest.ts';
import { htpasswd, startRegistry } from './real-registry.ts';
import { listReferrers } from './referrers.ts';
import { registryStore } from './store.ts';
import { realSystem } from './system.ts';
import { contentOf, openTransport, rejects, tinyImage, type Content } from './testing.ts';

const image = tinyImage();
const platform = { os: 'linux', architecture: 'amd64' };
const password = `Basic ${Buffer.from('me:pw').toString('base64')}`;

test('an image in a real registry', async (t) => {
  const host = (await startRegistry(t))?.host;
  if (host === undefined) return t.skip('docker-registry is not installed');
  await push(host, 'team/app', '1', image.manifest, [image.config, image.layer]);
  const store = open(t, host, 'team/app:1');
  const opened = await openImage('app', store, platform);
  assert.equal(opened.digest, image.manifest.descriptor.digest);
  assert.deepEqual(await readChecked(store, image.layer.descriptor, 1000, 'the layer'), image.layer.bytes);
  assert.deepEqual(await store.find?.(image.manifest.descriptor.digest), image.manifest.descriptor);
  assert.equal(await store.find?.(contentOf('absent', 'x').descriptor.digest), undefined);
  assert.deepEqual(await store.referrers?.(image.manifest.descriptor.digest), []);
});

test('referrers by the tag, in a real registry that does not know the API', async (t) => {
  const host = (await startRegistry(t))?.host;
  if (host === undefined) return t.skip('docker-registry is not installed');
  const { digest } = image.manifest.descriptor;
  const manifests = [{ ...image.manifest.descriptor, artifactType: 'application/x-signature' }];
  const list = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests };
  await push(host, 'app', '1', image.manifest, [image.config, image.layer]);
  await push(host, 'app', digest.replace(':', '-'), contentOf(JSON.stringify(list), mediaTypes.ociIndex), []);
  const [found] = await listReferrers(openTransport(t, host), 'app', digest);
  assert.deepEqual([found?.digest, found?.artifactType], [digest, 'application/x-signature']);
});

test('what a real registry does not have', async (t) => {
  const host = (await startRegistry(t))?.host;
  if (host === undefined) return t.skip('docker-registry is not installed');
  await push(host, 'app', '1', image.manifest, [image.config, image.layer]);
  await rejects(open(t, host, 'none:1').root(), 'registry-not-found', /none/);
  await rejects(open(t, host, 'app:2').root(), 'registry-not-found', /the tag 2/);
  const absent = { ...image.layer.descriptor, digest: contentOf('absent', 'x').descriptor.digest };
  await rejects(collect(open(t, host, 'app:1').open(absent), 1000), 'registry-not-found', /the blob sha256:/);
});

test('a real registry with a password', async (t) => {
  const host = (await startRegistry(t, htpasswd))?.host;
  if (host === undefined) return t.skip('docker-registry is not installed');
  await push(host, 'app', '1', image.manifest, [image.config, image.layer]);
  const store = open(t, host, 'app:1', loginOf(host, 'me:pw'));
  assert.equal((await openImage('app', store, platform)).digest, image.manifest.descriptor.digest);
  const wrong = loginOf(host, 'me:wrong');
  await rejects(open(t, host, 'app:1', wrong).root(), 'registry-unauthorized', /stored credentials/);
  await rejects(open(t, host, 'app:1').root(), 'registry-unauthorized', /without logging in/);
});

test('what is pushed to a real registry is there, whole and in chunks', async (t) => {
  const host = (await startRegistry(t))?.host;
  if (host === undefined) return t.skip('docker-registry is not installed');
  const transport = openTransport(t, host);
  const bytes = randomBytes(3_000_000);
  const layer = contentOf(bytes, 'x').descriptor;
  const stream = () => Readable.from(cut(bytes));
  assert.equal(await pushBlob(transport, 'whole', layer, bytes), 'uploaded');
  assert.equal(await pushBlob(transport, 'chunks', layer, stream, { chunkBytes: 1_000_000 }), 'uploaded');
  assert.equal(await pushBlob(transport, 'mounted', layer, stream, { mountFrom: 'whole' }), 'mounted');
  assert.equal(await pushBlob(transport, 'whole', layer, bytes), 'present');
  for (const repository of ['whole', 'chunks', 'mounted']) {
    assert.deepEqual(await collect(fetchBlob(transport, repository, layer), 4_000_000), bytes);
  }
});

test('an upload to a real registry that breaks is taken up where it says', async (t) => {
  const host = (await startRegistry(t))?.host;
  if (host === undefined) return t.skip('docker-registry is not installed');
  const bytes = randomBytes(4_000_000);
  const blob = contentOf(bytes, 'x').descriptor;
  let opened = 0;
  // The first time, the source breaks as a connection does, in the midst of it.
  async function* content() {
    opened += 1;
    for (const [index, piece] of cut(bytes).entries()) {
      if (opened === 1 && index === 25) throw Object.assign(new Error('broken'), { code: 'ECONNRESET' });
      yield piece;
    }
  }
  const transport = openTransport(t, host);
  await pushBlob(transport, 'app', blob, content, { chunkBytes: 1_000_000 });
  assert.equal(opened, 2);
  assert.deepEqual(await collect(fetchBlob(transport, 'app', blob), 5_000_000), bytes);
});

test('an image that is pushed to a real registry with a password is valid, for others too', async (t) => {
  const host = (await startRegistry(t, htpasswd))?.host;
  if (host === undefined) return t.skip('docker-registry is not installed');
  const login = loginOf(host, 'me:pw');
  const transport = openTransport(t, host, login);
  for (const { descriptor, bytes } of [image.config, image.layer]) await pushBlob(transport, 'app', descriptor, bytes);
  const { bytes, descriptor } = image.manifest;
  await pushManifest(transport, 'app', { mediaType: descriptor.mediaType, bytes }, '1');
  assert.equal((await openImage('app', open(t, host, 'app:1', login), platform)).digest, descriptor.digest);
  const crane = ['crane', '/opt/peers/crane'].find((command) => spawnSync(command, ['version']).status === 0);
  if (crane === undefined) return t.skip('crane is not installed, to be asked besides');
  const environment = { ...process.env, DOCKER_CONFIG: login.dockerConfig };
  const asked = spawnSync(crane, ['validate', '--insecure', '--remote', `${host}/app:1`], { env: environment });
  assert.equal(asked.status, 0, String(asked.stderr));
});

test('who may not write to a real registry, and what does not fit', async (t) => {
  const host = (await startRegistry(t, htpasswd))?.host;
  if (host === undefined) return t.skip('docker-registry is not installed');
  const { descriptor, bytes } = image.layer;
  await rejects(pushBlob(openTransport(t, host), 'app', descriptor, bytes), 'registry-unauthorized', /written without/);
  const transport = openTransport(t, host, loginOf(host, 'me:pw'));
  const manifest = { mediaType: mediaTypes.ociManifest, bytes: image.manifest.bytes };
  await rejects(pushManifest(transport, 'app', manifest, '1'), 'registry-write-lost', /MANIFEST_BLOB_UNKNOWN/);
});

test('eight who attach at once to an image in a real registry lose nothing', async (t) => {
  const host = (await startRegistry(t))?.host;
  if (host === undefined) return t.skip('docker-registry is not installed');
  const empty = contentOf('{}', 'application/vnd.oci.empty.v1+json');
  await pushBlob(openTransport(t, host), 'app', empty.descriptor, empty.bytes);
  const subject = image.manifest.descriptor;
  const attached = await Promise.all(
    Array.from({ length: 8 }, async (_value, index) => {
      const annotations = { signer: String(index) };
      const artifactType = 'application/x-signature';
      const layers = [empty.descriptor];
      const body = { schemaVersion: 2, artifactType, config: empty.descriptor, layers, subject, annotations };
      const manifest = { mediaType: mediaTypes.ociManifest, bytes: Buffer.from(JSON.stringify(body)) };
      return attachReferrer(openTransport(t, host, {}, realSystem), 'app', manifest);
    }),
  );
  const found = await listReferrers(openTransport(t, host), 'app', subject.digest);
  assert.deepEqual(
    found.map(({ digest, annotations }) => `${digest} ${annotations['signer']}`).toSorted(),
    attached.map(({ descriptor }, index) => `${descriptor.digest} ${index}`).toSorted(),
  );
});

function loginOf(host: string, user: string) {
  const dockerConfig = newFolder('login');
  const auth = Buffer.from(user).toString('base64');
  writeFileSync(join(dockerConfig, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
  return { dockerConfig };
}

function cut(bytes: Buffer): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / 100_000) }, (_value, index) =>
    bytes.subarray(index * 100_000, (index + 1) * 100_000),
  );
}

function open(t: TestContext, host: string, name: string, options = {}) {
  return registryStore(openTransport(t, host, options), parseReference(`${host}/${name}`));
}

/** Puts blobs and a manifest into a registry with plain requests. */
async function push(host: string, repository: string, tag: string, manifest: Content, blobs: readonly Content[]) {
  const base = `http://${host}/v2/${repository}`;
  const headers = { authorization: password };
  for (const { bytes, descriptor } of blobs) {
    const started = await fetch(`${base}/blobs/uploads/`, { method: 'POST', headers });
    const place = new URL(started.headers.get('location') ?? '', base);
    place.searchParams.set('digest', descriptor.digest);
    await put(place, bytes, { ...headers, 'content-type': 'application/octet-stream' });
  }
  await put(new URL(`${base}/manifests/${tag}`), manifest.bytes, {
    ...headers,
    'content-type': manifest.descriptor.mediaType,
  });
}

async function put(url: URL, bytes: Buffer, headers: Record<string, string>): Promise<void> {
  const answer = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(bytes) });
  assert.equal(answer.status, 201, await answer.text());
}
