import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mediaTypes, parseManifest } from './manifest.ts';

const digest = `sha256:${'b'.repeat(64)}`;
const descriptor = { mediaType: mediaTypes.ociConfig, digest, size: 2 };
const manifest = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config: descriptor, layers: [] };
const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [descriptor] };

function parse(body: unknown, declared?: string) {
  return parseManifest(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), declared);
}

test('manifest: the body decides what it is', () => {
  assert.equal(parse(manifest).kind, 'manifest');
  assert.equal(parse(index).kind, 'index');
  assert.equal(parse({ ...manifest, mediaType: undefined }).kind, 'manifest');
  assert.equal(parse({ ...manifest, mediaType: undefined }, 'application/json').kind, 'manifest');
});

test('manifest: what could be taken for two things is refused', () => {
  assert.throws(() => parse({ ...manifest, manifests: [] }), { code: 'manifest-invalid' });
  assert.throws(() => parse(index, mediaTypes.ociManifest), { code: 'manifest-invalid' });
  assert.throws(() => parse({ ...manifest, mediaType: mediaTypes.ociIndex }), { code: 'manifest-invalid' });
});

test('manifest: an index that is empty may have null for its list', () => {
  const empty = parse({ ...index, manifests: null });
  assert.deepEqual(empty.kind === 'index' && empty.manifests, []);
  assert.equal(parse({ ...manifest, manifests: null }).kind, 'manifest');
  assert.throws(() => parse({ ...index, manifests: undefined }), { code: 'manifest-invalid' });
});

test('manifest: schema 1 is named and refused', () => {
  assert.throws(() => parse({ schemaVersion: 1, fsLayers: [] }), { code: 'manifest-unsupported', message: /schema 1/ });
  assert.throws(() => parse(manifest, mediaTypes.dockerSchema1Signed), { code: 'manifest-unsupported' });
});

const broken: [string, unknown][] = [
  ['no JSON', '{'],
  ['an empty file', ''],
  ['a list', '[]'],
  ['no schemaVersion', { ...manifest, schemaVersion: undefined }],
  ['no config', { ...manifest, config: undefined }],
  ['a config without digest', { ...manifest, config: { ...descriptor, digest: 'x' } }],
  ['a negative size', { ...manifest, config: { ...descriptor, size: -1 } }],
  ['a size that is not exact', { ...manifest, config: { ...descriptor, size: 1e300 } }],
  ['layers that are no list', { ...manifest, layers: {} }],
  ['a layer that is null', { ...manifest, layers: [null] }],
  ['too many layers', { ...manifest, layers: Array.from({ length: 1001 }, () => descriptor) }],
];

for (const [name, body] of broken) {
  test(`manifest: ${name} is invalid`, () => assert.throws(() => parse(body), { code: 'manifest-invalid' }));
}

test('manifest: one of 5 MiB is too large, an index of 5 MiB is not', () => {
  const filler = { 'org.example.filler': 'x'.repeat(5 << 20) };
  assert.throws(() => parse({ ...manifest, annotations: filler }), { code: 'manifest-too-large' });
  assert.equal(parse({ ...index, annotations: filler }).kind, 'index');
  assert.throws(() => parse({ ...index, annotations: { a: 'x'.repeat(9 << 20) } }), { code: 'manifest-too-large' });
});
