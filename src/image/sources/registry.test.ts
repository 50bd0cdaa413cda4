import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '#kit/digest.ts';
import { BullaError } from '#kit/error.ts';
import { findBase } from '#image/base.ts';
import { serveImage, startServer, tinyImage } from '#image/registry/testing.ts';
import { openSource } from './index.ts';

const options = { platform: { os: 'linux', architecture: 'amd64' }, registry: { timeout: 5000 }, environment: {} };

test('a reference, with or without its prefix, is opened from its registry', async (t) => {
  const image = tinyImage();
  const server = await startServer(t, serveImage(image));
  for (const name of [`${server.host}/app:1`, `registry:${server.host}/app:1`]) {
    const opened = await openSource(name, options);
    t.after(() => opened.store?.close());
    assert.equal(opened.reference, `${server.host}/app:1`);
    assert.equal(opened.digest, image.manifest.descriptor.digest);
  }
});

/** Whichever host is asked is in the error, because no host is there. */
const places: readonly (readonly [string, string])[] = [
  ['registry:5000/app', 'registry:5000/app:latest'],
  ['registry:2', 'docker.io/library/registry:2'],
  ['registry:2.8.3', 'docker.io/library/registry:2.8.3'],
  ['registry:nginx:1', 'docker.io/library/nginx:1'],
  ['registry:registry:5000/app', 'registry:5000/app:latest'],
  ['dirt', 'docker.io/library/dirt:latest'],
];

for (const [text, reference] of places) {
  test(`${text} means ${reference}`, async () => {
    const unreachable = { HTTPS_PROXY: 'http://127.0.0.1:1', HTTP_PROXY: 'http://127.0.0.1:1' };
    await assert.rejects(openSource(text, { ...options, environment: unreachable }), (error) => {
      assert.ok(error instanceof BullaError);
      assert.equal(error.code, 'registry-unreachable');
      assert.deepEqual(error.at, [reference]);
      return true;
    });
  });
}

test('what is no reference is an error before anything is asked', async () => {
  await assert.rejects(openSource('Upper', options), /is not an image reference/);
});

test('offline, no registry is asked', async (t) => {
  const server = await startServer(t, serveImage(tinyImage()));
  await assert.rejects(openSource(`${server.host}/app:1`, { ...options, offline: true }), { code: 'offline' });
  assert.equal(server.seen.length, 0);
});

for (const status of [401, 429, 500]) {
  test(`a base for whose digest the registry answers ${status} is not known`, async (t) => {
    const base = digestOf('base');
    const image = tinyImage();
    const body = JSON.parse(image.manifest.bytes.toString()) as object;
    const annotated = Buffer.from(
      JSON.stringify({ ...body, annotations: { 'org.opencontainers.image.base.digest': base } }),
    );
    const descriptor = { ...image.manifest.descriptor, digest: digestOf(annotated), size: annotated.length };
    const serve = serveImage({ ...image, manifest: { bytes: annotated, descriptor } });
    const server = await startServer(t, (request) =>
      request.url.endsWith(base) ? { status, headers: { 'retry-after': '3600' } } : serve(request),
    );
    const opened = await openSource(`${server.host}/app:1`, options);
    t.after(() => opened.store?.close());
    assert.equal(await findBase(opened), undefined);
    assert.ok(server.seen.some(({ url }) => url.endsWith(base)));
  });
}
