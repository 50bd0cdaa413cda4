import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { digestOf, hexOf } from '#kit/digest.ts';
import { findBase } from '#image/base.ts';
import { imageError } from '#image/errors.ts';
import type { Image } from '#image/image.ts';
import { packTar, readStored, writeBlob, writeLayout, type PackedEntry } from '#image/testing.ts';
import { newFolder } from '#kit/testing.ts';
import { openSource, sources } from './index.ts';
import type { SourceOptions } from './source.ts';

let folder = '';
before(() => void (folder = newFolder('sources')));

const layers = [packTar([{ path: 'base' }]), packTar([{ path: 'app', content: 'hello' }])];
const options: SourceOptions = { platform: { os: 'linux', architecture: 'amd64' }, registry: {}, environment: {} };

/** The entries of all layers, read and checked. */
async function entriesOf(image: Image): Promise<string[]> {
  const paths: string[] = [];
  for (const { content } of image.layers) {
    assert.equal(content.kind, 'tar');
    if (content.kind !== 'tar') continue;
    await readStored(content.openUnchecked(), content.stored, (entry) => void paths.push(entry.path));
  }
  await image.store?.close();
  return paths;
}

function makeFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
}

/** A folder as one tar file. */
function tarOfFolder(path: string): Buffer {
  const names = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return packTar(
    names.map((entry): PackedEntry => {
      const full = join(entry.parentPath, entry.name);
      return { path: full.slice(path.length + 1), content: readFileSync(full) };
    }),
  );
}

test('sources: the folder and the list agree', () => {
  const files = readdirSync(import.meta.dirname).filter((name) => !/^(index|source)\.ts$|\.test\.ts$/.test(name));
  assert.deepEqual(files.toSorted(), ['docker-archive.ts', 'engine.ts', 'folder.ts', 'oci.ts', 'registry.ts']);
  const prefixes = sources.map(({ prefix }) => prefix).toSorted();
  assert.deepEqual(prefixes, ['dir', 'docker', 'docker-archive', 'oci', 'oci-archive', 'podman', 'registry']);
});

test('oci: an image by tag, by digest, and the only one there is', async () => {
  const layout = makeFolder('layout');
  const [written] = writeLayout(layout, [{ tag: '1.0', layers }]);
  for (const name of [`oci:${layout}`, `oci:${layout}:1.0`, `oci:${layout}@${written?.digest}`]) {
    const image = await openSource(name, options);
    assert.equal(image.digest, written?.digest);
    assert.deepEqual(await entriesOf(image), ['base', 'app']);
  }
});

test('oci: what is not there is said with what is', async () => {
  const layout = makeFolder('two');
  writeLayout(layout, [
    { tag: 'a', layers },
    { tag: 'b', layers: layers.slice(1) },
  ]);
  await assert.rejects(openSource(`oci:${layout}`, options), { code: 'image-not-found', hint: /it has: a, b/ });
  await assert.rejects(openSource(`oci:${layout}:c`, options), { code: 'image-not-found' });
  await assert.rejects(openSource(`oci:${folder}/none`, options), { code: 'source-not-found' });
  await assert.rejects(openSource(`oci:${folder}`, options), { code: 'source-unreadable', hint: /dir:/ });
});

test('oci: an index is followed to the platform, and its digest kept', async () => {
  const layout = makeFolder('index');
  const [amd, arm] = writeLayout(layout, [
    { layers, platform: { os: 'linux', architecture: 'amd64' } },
    { layers: layers.slice(1), platform: { os: 'linux', architecture: 'arm64' } },
  ]);
  const inner = readFileSync(join(layout, 'index.json'));
  const index = writeBlob(layout, inner);
  const descriptor = { mediaType: 'application/vnd.oci.image.index.v1+json', ...index };
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [descriptor] }));
  const image = await openSource(`oci:${layout}`, options);
  assert.equal(image.digest, amd?.digest);
  assert.equal(image.indexDigest, index.digest);
  const other = await openSource(`oci:${layout}`, { ...options, platform: { os: 'linux', architecture: 'arm64' } });
  assert.equal(other.digest, arm?.digest);
  const wanted = { os: 'linux', architecture: 's390x' };
  await assert.rejects(openSource(`oci:${layout}`, { ...options, platform: wanted }), {
    code: 'platform-not-found',
    hint: /linux\/amd64, linux\/arm64/,
  });
});

test('oci: indexes in indexes end', async () => {
  const layout = makeFolder('deep');
  writeLayout(layout, [{ layers }]);
  for (let depth = 0; depth < 6; depth++) {
    const index = writeBlob(layout, readFileSync(join(layout, 'index.json')));
    const manifests = [{ mediaType: 'application/vnd.oci.image.index.v1+json', ...index }];
    writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  }
  await assert.rejects(openSource(`oci:${layout}`, options), { code: 'index-too-deep' });
});

test('oci: bytes that are not what their digest promises are an error', async () => {
  const layout = makeFolder('forged');
  const [written] = writeLayout(layout, [{ layers }]);
  assert.ok(written !== undefined);
  const path = join(layout, 'blobs/sha256', hexOf(written.digest));
  writeFileSync(path, readFileSync(path, 'utf8').replace('schemaVersion":2', 'schemaVersion":3'));
  await assert.rejects(openSource(`oci:${layout}`, options), { code: 'digest-mismatch' });
});

test('oci: missing blobs, charts and wrong configurations are named', async () => {
  const layout = makeFolder('broken');
  const [written] = writeLayout(layout, [{ tag: 'a', layers }]);
  rmSync(join(layout, 'blobs/sha256', hexOf(written?.config ?? digestOf(''))));
  await assert.rejects(openSource(`oci:${layout}:a`, options), { code: 'source-unreadable' });

  const chart = makeFolder('chart');
  const config = { mediaType: 'application/vnd.cncf.helm.config.v1+json', ...writeBlob(chart, '{}') };
  const manifest = writeBlob(chart, JSON.stringify({ schemaVersion: 2, config, layers: [] }));
  const manifests = [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', ...manifest }];
  writeFileSync(join(chart, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  await assert.rejects(openSource(`oci:${chart}`, options), { code: 'manifest-unsupported', message: /helm/ });

  const uneven = makeFolder('uneven');
  writeLayout(uneven, [{ layers, config: { rootfs: { type: 'layers', diff_ids: [] } } }]);
  await assert.rejects(openSource(`oci:${uneven}`, options), { code: 'config-invalid' });
});

test('oci: layers that the registry does not hold are not fetched from elsewhere', async () => {
  const layout = makeFolder('foreign');
  const config = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    ...writeBlob(layout, JSON.stringify({ rootfs: { diff_ids: [digestOf('x')] } })),
  };
  const layer = {
    mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    digest: digestOf('x'),
    size: 1,
    urls: ['https://example.org/x'],
  };
  const manifest = writeBlob(layout, JSON.stringify({ schemaVersion: 2, config, layers: [layer] }));
  const manifests = [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', ...manifest }];
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  const image = await openSource(`oci:${layout}`, options);
  assert.equal(image.layers[0]?.content.kind, 'absent');
});

test('oci-archive: the same in a tar, also a compressed one', async () => {
  const layout = makeFolder('packed');
  const [written] = writeLayout(layout, [{ tag: '1.0', layers }]);
  const tar = tarOfFolder(layout);
  for (const [name, bytes] of [
    ['plain.tar', tar],
    ['small.tar.gz', gzipSync(tar)],
  ] as const) {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    const image = await openSource(`oci-archive:${path}:1.0`, options);
    assert.equal(image.digest, written?.digest);
    assert.deepEqual(await entriesOf(image), ['base', 'app']);
  }
});

/** What docker save wrote before version 25: no manifest, and layers that may be links to each other. */
function oldArchive(extra: readonly PackedEntry[] = []): Buffer {
  const config = JSON.stringify({
    os: 'linux',
    architecture: 'amd64',
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => digestOf(layer)) },
  });
  const name = `${hexOf(digestOf(config))}.json`;
  const entry = { Config: name, RepoTags: ['app:1.0'], Layers: ['one/layer.tar', 'two/layer.tar'] };
  return packTar([
    { path: name, content: config },
    { path: 'one/layer.tar', content: layers[0] ?? '' },
    { path: 'copy/layer.tar', content: layers[1] ?? '' },
    { path: 'two/layer.tar', type: '2', target: '../copy/layer.tar' },
    { path: 'manifest.json', content: JSON.stringify([entry]) },
    ...extra,
  ]);
}

test('docker-archive: the old form is known by its image id', async () => {
  const path = join(folder, 'old.tar');
  writeFileSync(path, oldArchive());
  for (const name of [
    `docker-archive:${path}`,
    `docker-archive:${path}:app:1.0`,
    `docker-archive:${path}:docker.io/library/app:1.0`,
  ]) {
    const image = await openSource(name, options);
    assert.equal(image.digest, image.id);
    assert.deepEqual(
      image.layers.map(({ digest }) => digest),
      layers.map((layer) => digestOf(layer)),
    );
    assert.deepEqual(await entriesOf(image), ['base', 'app']);
  }
  await assert.rejects(openSource(`docker-archive:${path}:other:1`, options), {
    code: 'image-not-found',
    hint: /app:1.0/,
  });
});

test('docker-archive: compressed layers get the digest of their bytes', async () => {
  const path = join(folder, 'compressed.tar');
  const config = JSON.stringify({ rootfs: { diff_ids: layers.map((layer) => digestOf(layer)) } });
  const packed = layers.map((layer) => gzipSync(layer));
  const entry = { Config: 'config.json', RepoTags: [], Layers: ['0.tar.gz', '1.tar.gz'] };
  const files = packed.map((content, index) => ({ path: `${index}.tar.gz`, content }));
  writeFileSync(
    path,
    packTar([
      { path: 'config.json', content: config },
      ...files,
      { path: 'manifest.json', content: JSON.stringify([entry]) },
    ]),
  );
  const image = await openSource(`docker-archive:${path}`, options);
  assert.deepEqual(
    image.layers.map(({ digest }) => digest),
    packed.map((layer) => digestOf(layer)),
  );
  assert.deepEqual(await entriesOf(image), ['base', 'app']);
});

test('docker-archive: since version 25 it is a layout too', async () => {
  const layout = makeFolder('docker25');
  const [written] = writeLayout(layout, [{ tag: '1.0', layers }]);
  const path = join(folder, 'new.tar');
  writeFileSync(path, tarOfFolder(layout));
  const image = await openSource(`docker-archive:${path}`, options);
  assert.equal(image.digest, written?.digest);
  await image.store?.close();
});

test('archives that are none are named as such', async () => {
  const cases: [string, string | Buffer][] = [
    ['text', 'this is no archive, although it is long enough'.repeat(20)],
    ['empty', ''],
    ['of other things', packTar([{ path: 'readme', content: 'x' }])],
    ['cut', oldArchive().subarray(0, 700)],
    ['not JSON', packTar([{ path: 'manifest.json', content: '{' }])],
    ['without its layers', packTar([{ path: 'manifest.json', content: '[{"Config":"c","Layers":["x"]}]' }])],
  ];
  for (const [name, content] of cases) {
    const path = join(folder, 'bad.tar');
    writeFileSync(path, content);
    await assert.rejects(
      openSource(`docker-archive:${path}`, options),
      { code: /archive-invalid|config-invalid/ },
      name,
    );
  }
});

test('docker: the engine saves the image, and says what it has not', async () => {
  const socket = join(folder, 'docker.sock');
  const asked: (string | undefined)[] = [];
  const server = createServer((request, answer) => {
    asked.push(request.url);
    if (request.url?.includes('missing') === true) answer.writeHead(404).end('{}');
    else answer.end(oldArchive());
  });
  await new Promise<void>((resolve) => void server.listen(socket, resolve));
  try {
    const environment = { DOCKER_HOST: `unix://${socket}`, CONTAINER_HOST: `unix://${socket}` };
    const image = await openSource('docker:app:1.0', { ...options, environment });
    assert.deepEqual(await entriesOf(image), ['base', 'app']);
    assert.deepEqual(asked, ['/v1.24/images/app%3A1.0/get']);
    const same = await openSource('podman:app', { ...options, environment });
    assert.equal(same.reference, 'podman:app');
    assert.deepEqual(await entriesOf(same), ['base', 'app']);
    await assert.rejects(openSource('docker:missing', { ...options, environment }), { code: 'image-not-found' });
  } finally {
    server.close();
  }
  const environment = { DOCKER_HOST: `unix://${folder}/nobody.sock` };
  await assert.rejects(openSource('docker:app', { ...options, environment }), { code: 'engine-unreachable' });
  await assert.rejects(openSource('docker:app', { ...options, environment: { DOCKER_HOST: 'tcp://10.0.0.1:2375' } }), {
    code: 'engine-unreachable',
  });
});

test('dir: a folder is one layer without a digest', async () => {
  const image = await openSource(`dir:${folder}`, options);
  assert.equal(image.digest, undefined);
  assert.deepEqual(
    image.layers.map(({ content }) => content),
    [{ kind: 'folder', path: folder }],
  );
  await assert.rejects(openSource(`dir:${folder}/none`, options), { code: 'source-not-found' });
});

test('the base image is told by its manifest, or by the build history', async () => {
  const layout = makeFolder('based');
  const [base] = writeLayout(layout, [{ layers: layers.slice(0, 1) }]);
  const annotations = {
    'org.opencontainers.image.base.digest': base?.digest ?? '',
    'org.opencontainers.image.base.name': 'example.org/base:1',
  };
  writeLayout(layout, [{ layers, annotations }]);
  assert.deepEqual(await findBase(await openSource(`oci:${layout}`, options)), {
    layers: 1,
    name: 'example.org/base:1',
    by: 'manifest',
  });

  const liar = makeFolder('liar');
  const [other] = writeLayout(liar, [{ layers: layers.slice(1) }]);
  writeLayout(liar, [{ layers, annotations: { 'org.opencontainers.image.base.digest': other?.digest ?? '' } }]);
  assert.equal(
    await findBase(await openSource(`oci:${liar}`, options)),
    undefined,
    'a base that is not below is not believed',
  );

  const history = makeFolder('history');
  const steps = [
    { created_by: 'ADD base' },
    { created_by: 'CMD ["sh"]', empty_layer: true },
    { created_by: 'COPY app /' },
    { created_by: 'CMD ["app"]', empty_layer: true },
  ];
  writeLayout(history, [{ layers, config: { history: steps } }]);
  assert.deepEqual(await findBase(await openSource(`oci:${history}`, options)), {
    layers: 1,
    name: undefined,
    by: 'history',
  });
});

test('a base that cannot be had is not known, and that is all', async () => {
  const layout = makeFolder('lost');
  const annotations = { 'org.opencontainers.image.base.digest': digestOf(layers[0] ?? '') };
  writeLayout(layout, [{ layers, annotations }]);
  const image = await openSource(`oci:${layout}`, options);
  assert.equal(await findBase(image), undefined, 'a layer is no manifest of a base');
  assert.ok(image.store !== undefined);
  for (const code of ['registry-unauthorized', 'registry-rate-limited', 'registry-failed'] as const) {
    const find = () => Promise.reject(imageError(code, 'not now'));
    assert.equal(await findBase({ ...image, store: { ...image.store, find } }), undefined);
  }
  const find = () => Promise.reject(new Error('a defect'));
  await assert.rejects(findBase({ ...image, store: { ...image.store, find } }), /a defect/);
});
