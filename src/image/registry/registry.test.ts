import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { collect } from '#kit/bytes.ts';
import { openImage } from '#image/image.ts';
import { mediaTypes } from '#image/manifest.ts';
import { parseReference } from '#image/reference.ts';
import { readChecked } from '#image/store.ts';
import { listReferrers } from './referrers.ts';
import { registryStore } from './store.ts';
import { contentOf, openTransport, rejects, tinyImage, type Content } from './testing.ts';

const image = tinyImage();
const platform = { os: 'linux', architecture: 'amd64' };
const password = `Basic ${Buffer.from('me:pw').toString('base64')}`;
/** `me` with the password `pw`, as htpasswd -B writes it. */
const htpasswd = 'me:$2y$04$abcdefghijklmnopqrstuuyvPXIbu7xe6/CED2DzX8z6Si09MlzlW\n';

test('an image in a real registry', async (t) => {
  const host = await startRegistry(t);
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
  const host = await startRegistry(t);
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
  const host = await startRegistry(t);
  if (host === undefined) return t.skip('docker-registry is not installed');
  await push(host, 'app', '1', image.manifest, [image.config, image.layer]);
  await rejects(open(t, host, 'none:1').root(), 'registry-not-found', /none/);
  await rejects(open(t, host, 'app:2').root(), 'registry-not-found', /the tag 2/);
  const absent = { ...image.layer.descriptor, digest: contentOf('absent', 'x').descriptor.digest };
  await rejects(collect(open(t, host, 'app:1').open(absent), 1000), 'registry-not-found', /the blob sha256:/);
});

test('a real registry with a password', async (t) => {
  const host = await startRegistry(t, htpasswd);
  if (host === undefined) return t.skip('docker-registry is not installed');
  await push(host, 'app', '1', image.manifest, [image.config, image.layer]);
  const login = (auth: string) => {
    const dockerConfig = mkdtempSync(join(tmpdir(), 'bulla-login-'));
    t.after(() => rmSync(dockerConfig, { recursive: true }));
    writeFileSync(join(dockerConfig, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
    return { dockerConfig };
  };
  const store = open(t, host, 'app:1', login(Buffer.from('me:pw').toString('base64')));
  assert.equal((await openImage('app', store, platform)).digest, image.manifest.descriptor.digest);
  const wrong = login(Buffer.from('me:wrong').toString('base64'));
  await rejects(open(t, host, 'app:1', wrong).root(), 'registry-unauthorized', /stored credentials/);
  await rejects(open(t, host, 'app:1').root(), 'registry-unauthorized', /without logging in/);
});

function open(t: TestContext, host: string, name: string, options = {}) {
  return registryStore(openTransport(t, host, options), parseReference(`${host}/${name}`));
}

/** Starts docker's registry on this machine; nothing if it is not installed. */
async function startRegistry(t: TestContext, users?: string): Promise<string | undefined> {
  if (spawnSync('docker-registry', ['--version']).status !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'bulla-registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  const config: Record<string, unknown> = {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: host, secret: 'test' },
  };
  if (users !== undefined) {
    writeFileSync(join(folder, 'htpasswd'), users);
    config['auth'] = { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } };
  }
  // JSON is YAML too.
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(config));
  const server = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
  t.after(async () => {
    server.kill();
    if (server.exitCode === null) await new Promise((resolve) => server.once('exit', resolve));
    rmSync(folder, { recursive: true });
  });
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await fetch(`http://${host}/v2/`).catch(() => undefined)) return host;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('docker-registry does not start');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
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
