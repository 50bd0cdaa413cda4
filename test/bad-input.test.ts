import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { writeFiles } from '#advisories/testing.ts';
import { digestOf } from '#kit/digest.ts';
import { mediaTypes } from '#image/manifest.ts';
import { serveImage, startServer, tinyImage } from '#image/registry/testing.ts';
import { packEntry, packPax, packTar, writeBlob, type PackedEntry } from '#image/testing.ts';
import { buildGoProgram } from '#inventory/catalogers/go-binary/testing.ts';
import { buildElf } from '#inventory/elf/testing.ts';
import { jar } from '#inventory/catalogers/java/testing.ts';
import { newFolder } from '#kit/testing.ts';
import { bulla, checkout, command, type Run } from './bulla.ts';
import { freePort } from '#image/registry/real-registry.ts';
import { parseReport } from './report.ts';
import { npmPackages } from './small-image.ts';

const tar = packTar(npmPackages('kettle'));
const layer = gzipSync(tar);

interface Case {
  readonly what: string;
  /** Writes it into a folder, and gives how the command line names it. */
  readonly write: (folder: string) => string;
  readonly code: string;
  /** What the error says besides. */
  readonly says?: RegExp;
}

const layers: readonly Case[] = [
  { what: 'a layer that was cut off', write: withLayer(layer.subarray(0, 60)), code: 'layer-corrupt' },
  {
    what: 'a tar that was cut off',
    write: withLayer(tar.subarray(0, 530)),
    code: 'layer-corrupt',
    says: /ends in the middle of app\/node_modules\/kettle\/package\.json/,
  },
  { what: 'a gzip whose checksum is wrong', write: withLayer(changed(layer, layer.length - 6)), code: 'layer-corrupt' },
  { what: 'a gzip that is damaged in the middle', write: withLayer(changed(layer, 40)), code: 'layer-corrupt' },
  { what: 'a layer of no bytes', write: withLayer(Buffer.alloc(0)), code: 'layer-corrupt', says: /it is empty/ },
  { what: 'a layer that is a text', write: withLayer(Buffer.from('hello\n'.repeat(200))), code: 'layer-corrupt' },
  {
    what: 'a layer compressed with xz',
    write: withLayer(Buffer.from('fd377a585a000004e6d6b446', 'hex')),
    code: 'layer-unsupported',
    says: /xz/,
  },
  {
    what: 'a layer with other content than its digest promises',
    write: withLayer(layer, { stored: changed(layer, 5) }),
    code: 'digest-mismatch',
  },
  {
    what: 'a layer with less content than promised',
    write: withLayer(layer, { stored: layer.subarray(0, -1) }),
    code: 'size-mismatch',
  },
  {
    what: 'a layer with more content than promised',
    write: withLayer(layer, { stored: Buffer.concat([layer, layer]) }),
    code: 'size-mismatch',
  },
  {
    what: 'a file that claims to have 10 GB',
    write: withLayer(packEntry({ path: 'huge.bin', content: 'x', size: 8 ** 11 - 1 })),
    code: 'layer-corrupt',
    says: /huge\.bin/,
  },
  { what: 'a bomb: 16 kB that become 300 MB', write: withLayer(bomb), code: 'layer-bomb' },
  {
    what: 'a path of 2 MB',
    write: withLayer(Buffer.concat([packPax({ path: 'x/'.repeat(1 << 20) }), tar])),
    code: 'layer-bomb',
  },
];

const json = (value: unknown) => JSON.stringify(value);

const manifests: readonly Case[] = [
  {
    what: 'a manifest of 5 MiB',
    write: withManifest((manifest) => json({ ...manifest, annotations: { x: 'x'.repeat(5 << 20) } })),
    code: 'manifest-too-large',
  },
  { what: 'a manifest that is no JSON', write: withManifest(() => '{"schemaVersion":2,'), code: 'manifest-invalid' },
  { what: 'a manifest of no bytes', write: withManifest(() => ''), code: 'manifest-invalid' },
  { what: 'a manifest that is a list', write: withManifest(() => '[]'), code: 'manifest-invalid' },
  {
    what: 'a manifest that is nested 100,000 deep',
    write: withManifest(() => '['.repeat(100_000)),
    code: 'manifest-invalid',
  },
  {
    what: 'a manifest that is an index as well',
    write: withManifest((manifest) => json({ ...manifest, manifests: [] })),
    code: 'manifest-invalid',
  },
  {
    what: 'a manifest of schema 1',
    write: withManifest(() => json({ schemaVersion: 1, name: 'app', fsLayers: [] })),
    code: 'manifest-unsupported',
    says: /schema 1|schemaVersion 1/i,
  },
  {
    what: 'a manifest whose layer has a path for a digest',
    write: withManifest((manifest) =>
      json({ ...manifest, layers: [{ mediaType: 'x', digest: 'sha256:../../../etc/passwd', size: 1 }] }),
    ),
    code: 'manifest-invalid',
  },
  {
    what: 'a manifest with 5,000 layers',
    write: withManifest((manifest) => json({ ...manifest, layers: Array(5000).fill(manifest.layers[0]) })),
    code: 'manifest-invalid',
  },
  {
    what: 'a chart instead of an image',
    write: withManifest((manifest) =>
      json({ ...manifest, config: { ...manifest.config, mediaType: 'application/vnd.cncf.helm.config.v1+json' } }),
    ),
    code: 'manifest-unsupported',
    says: /helm/,
  },
  { what: 'a configuration that is no JSON', write: withConfig('{"os":'), code: 'config-invalid' },
  { what: 'a configuration of no bytes', write: withConfig(''), code: 'config-invalid' },
  {
    what: 'a configuration with another number of layers',
    write: withConfig(json({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [] } })),
    code: 'config-invalid',
  },
  {
    what: 'a configuration that is not there',
    write: withManifest((manifest) => json({ ...manifest, config: { ...manifest.config, digest: digestOf('none') } })),
    code: 'source-unreadable',
  },
  { what: 'an index below five indexes', write: nested(6), code: 'index-too-deep' },
  { what: 'an index that names itself for ever', write: nested(1000), code: 'index-too-deep' },
  { what: 'an index.json that is no JSON', write: withIndex('{'), code: 'manifest-invalid' },
  { what: 'an index.json of no bytes', write: withIndex(''), code: 'manifest-invalid' },
  { what: 'an index.json that is a list', write: withIndex('[]'), code: 'manifest-invalid' },
  {
    what: 'an index.json of 9 MiB',
    write: withIndex(`{"schemaVersion":2,"manifests":[],"x":"${'x'.repeat(9 << 20)}"}`),
    code: 'source-unreadable',
  },
  {
    what: 'a layout without images',
    write: withIndex(json({ schemaVersion: 2, manifests: [] })),
    code: 'image-not-found',
    says: /has no images/,
  },
];

const files: readonly Case[] = [
  {
    what: 'an OCI archive of no bytes',
    write: asFile('oci-archive', ''),
    code: 'source-unreadable',
    says: /is not an OCI archive: .*\n {2}try {2}make it with skopeo copy/,
  },
  {
    what: 'a folder instead of an archive',
    write: (folder) => `oci-archive:${folder}`,
    code: 'archive-invalid',
    says: /is a folder, not an archive\n {2}try {2}write oci:PATH .* or dir:PATH/,
  },
  {
    what: 'a layout without a path',
    write: () => 'oci:',
    code: 'source-not-found',
    says: /after the colon comes a path, and there is none\n {2}try {2}write the path/,
  },
  { what: 'a Docker archive of no bytes', write: asFile('docker-archive', ''), code: 'archive-invalid' },
  {
    what: 'a picture instead of an archive',
    write: asFile('docker-archive', Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(2000, 7)])),
    code: 'archive-invalid',
  },
  {
    what: 'an archive that was cut off',
    write: asFile('docker-archive', gzipSync(Buffer.concat([tar, tar])).subarray(0, 80)),
    code: 'archive-invalid',
  },
  { what: 'a tar that is no image', write: asFile('docker-archive', tar), code: 'archive-invalid' },
  {
    what: 'a Docker archive whose manifest.json is no JSON',
    write: asFile('docker-archive', packTar([{ path: 'manifest.json', content: '[{' }])),
    code: 'archive-invalid',
  },
  {
    what: 'a Docker archive that lacks its configuration',
    write: asFile(
      'docker-archive',
      packTar([{ path: 'manifest.json', content: '[{"Config":"a.json","RepoTags":["a:1"],"Layers":[]}]' }]),
    ),
    code: 'archive-invalid',
  },
  { what: 'a file instead of a root folder', write: (folder) => asFile('dir', 'x')(folder), code: 'source-not-found' },
  { what: 'a folder instead of a layout', write: (folder) => `oci:${folder}`, code: 'source-unreadable' },
];

describe('What is no whole image is an error with a code, and nothing is half-written', { concurrency: 2 }, () => {
  for (const { what, write, code, says = /(?:)/ } of [...layers, ...manifests, ...files]) {
    test(`${what} → ${code}`, async () => {
      const folder = newFolder('bad');
      mkdirSync(join(folder, 'input'));
      const source = write(join(folder, 'input'));
      const run = await scanInto(folder, source);
      assert.equal(run.code, 2, run.stdout + run.stderr);
      assert.equal(run.stdout, '');
      assert.match(run.stderr, new RegExp(`^bulla: error\\[${code}\\]: `));
      assert.match(run.stderr, says);
      assert.doesNotMatch(run.stderr, /\n {4}at |defect of bulla/);
      if (code.startsWith('layer-')) assert.match(run.stderr, /^ {2}at {3}oci:.+ › layer 0 \(sha256:[0-9a-f]{64}\)$/m);
      assert.deepEqual(leftovers(folder), []);
    });
  }
});

const status = 'var/lib/dpkg/status';
const kettle = 'app/node_modules/kettle/package.json';

/** A small root file system. */
const plainRoot: Readonly<Record<string, string>> = {
  'etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
  [status]: 'Package: a\nStatus: install ok installed\nVersion: 1\n',
  [kettle]: '{"name":"kettle","version":"1.0.0"}',
};
const garbage = Buffer.from('\u0000\u0001garbage\uffff\n'.repeat(50));

/** Files that should name packages, and cannot. */
const databases = [
  { path: status, content: garbage },
  { path: status, content: 'Package: bash\nStatus: install ok installed\n', why: /package bash has no version/ },
  { path: 'var/lib/dpkg/status.d/base', content: garbage },
  { path: 'usr/lib/opkg/status', content: garbage },
  { path: 'lib/apk/db/installed', content: garbage },
  { path: 'usr/lib/apk/db/installed', content: 'P:musl\nA:x86_64\n\n' },
  { path: 'var/lib/rpm/rpmdb.sqlite', content: garbage },
  {
    path: 'var/lib/rpm/rpmdb.sqlite',
    content: Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(4096, 0xee)]),
  },
  { path: 'usr/lib/sysimage/rpm/rpmdb.sqlite', content: '' },
  { path: 'var/lib/rpm/Packages.db', content: Buffer.concat([Buffer.from('RpmP'), Buffer.alloc(4096, 0xee)]) },
  { path: 'var/lib/rpm/Packages', content: garbage },
  { path: 'var/lib/rpm/Packages', content: berkeleyHeader() },
  { path: 'app/node_modules/broken/package.json', content: '{"name":"broken","version":' },
  { path: 'app/broken.jar', content: Buffer.concat([Buffer.from('PK\u0003\u0004'), garbage]) },
  { path: 'app/cut.jar', content: jar({ 'META-INF/MANIFEST.MF': 'Manifest-Version: 1.0\n' }).subarray(0, 90) },
  { path: 'app/vendor/composer/installed.json', content: '{"packages":[' },
  { path: 'app/app.deps.json', content: '[]' },
  { path: 'usr/lib/python3/dist-packages/.egg-info/PKG-INFO', content: garbage },
  { path: 'usr/lib/ruby/gems/3.1.0/specifications/x-1.gemspec', content: garbage },
  { path: 'app/go-program', content: damagedGoProgram(), why: /its Go build information is damaged/ },
  { path: 'app/rust-program', content: buildElf({ sections: [{ name: '.dep-v0', bytes: garbage }] }) },
];

describe('A package database that cannot be read does not end the scan, and is not silence', { concurrency: 2 }, () => {
  for (const { path, content, why = /(?:)/ } of databases) {
    test(`${path} with ${content.length} bytes`, async () => {
      const folder = newFolder('broken');
      mkdirSync(join(folder, 'input'));
      const [good] = npmPackages('kettle');
      assert.ok(good !== undefined);
      const image = withLayer(gzipSync(packTar([good, { path, content, mode: 0o755 }])))(join(folder, 'input'));
      const run = await scanInto(folder, image);
      assert.equal(run.code, 3, run.stderr);
      const { packages, coverage } = parseReport({
        ...run,
        stdout: readFileSync(join(folder, 'out/report.json'), 'utf8'),
      });
      assert.ok(packages.some(({ name }) => name === 'kettle'));
      const gap = coverage.gaps.find(({ code }) => code === 'files-unread');
      assert.match(gap?.items.join('\n') ?? '', new RegExp(`^/?${path}: .+`, 'm'));
      assert.match(gap?.items.join('\n') ?? '', why);
    });
  }
});

/** A program of Go whose build information is overwritten where the version begins. */
function damagedGoProgram(): Buffer {
  const program = buildGoProgram({ modules: ['path example.com/app', 'mod example.com/app v1.0.0'] });
  const start = program.indexOf('Go buildinf:');
  return program.fill(0xff, start + 30, start + 36);
}

/** The first page of a Berkeley database of hashes that promises more than there is. */
function berkeleyHeader(): Buffer {
  const page = Buffer.alloc(4096, 0xee);
  page.writeUInt32LE(0x061561, 12);
  page.writeUInt32LE(9, 16);
  page.writeUInt32LE(4096, 20);
  return page;
}

describe('What only looks dangerous is read', () => {
  const odd: readonly { readonly what: string; readonly entries: readonly PackedEntry[] }[] = [
    {
      what: 'symbolic links in a circle',
      entries: [
        { path: 'a', type: '2', target: 'b' },
        { path: 'b', type: '2', target: 'a' },
        { path: 'self', type: '2', target: 'self/self' },
        { path: 'app/node_modules/circle', type: '2', target: '../node_modules' },
      ],
    },
    {
      what: 'hard links in a circle',
      entries: [
        { path: 'c', type: '1', target: 'd' },
        { path: 'd', type: '1', target: 'c' },
      ],
    },
    {
      what: 'a link to itself in place of a package database',
      entries: [{ path: status, type: '2', target: 'status' }],
    },
    {
      what: 'paths that lead out of the image',
      entries: [{ path: '../../../etc/shadow', content: 'x' }, { path: '/etc/x' }],
    },
    { what: 'names that objects have', entries: [{ path: '__proto__/constructor', content: 'x' }] },
    { what: 'two hundred folders deep', entries: [{ path: 'd/'.repeat(45) + 'f', content: 'x' }] },
  ];
  for (const { what, entries } of odd) {
    test(what, async () => {
      const folder = newFolder('odd');
      mkdirSync(join(folder, 'input'));
      const image = withLayer(gzipSync(packTar([...npmPackages('kettle'), ...entries])))(join(folder, 'input'));
      const run = await bulla(['sbom', image, '--platform', 'linux/amd64']);
      assert.ok(run.code === 0 || run.code === 3, run.stderr);
      assert.match(run.stdout, /pkg:npm\/kettle@1\.0\.0/);
      assert.equal(run.stderr, '');
    });
  }

  const forbidden: readonly {
    readonly what: string;
    readonly path: string;
    readonly file?: string;
    readonly says: string;
  }[] = [
    { what: 'a package database', path: status, says: `${status}: this user may not read it` },
    { what: 'a package of npm', path: kettle, says: `${kettle}: this user may not read it` },
    { what: 'a program', path: 'opt/tool', says: 'opt/tool: this user may not read it' },
    { what: 'a folder', path: 'srv', file: 'srv/x', says: 'srv: this user may not read it' },
    {
      what: 'a package database behind a link',
      path: 'srv/database',
      says: 'usr/lib/opkg/status: this user may not read it',
    },
  ];
  for (const { what, path, file = path, says } of forbidden) {
    test(`${what} that this user may not read is a gap, not silence`, async (t) => {
      const root = newFolder('forbidden');
      writeFiles(root, { ...plainRoot, [file]: plainRoot[file] ?? '#!/bin/sh\n' });
      mkdirSync(join(root, 'usr/lib/opkg'), { recursive: true });
      symlinkSync('/srv/database', join(root, 'usr/lib/opkg/status'));
      chmodSync(join(root, path), path === 'opt/tool' ? 0o111 : 0o000);
      const run = await scanAsOrdinaryUser(root);
      chmodSync(join(root, path), 0o755);
      if (run === undefined) return t.skip('no ordinary user may start bulla here');
      assert.equal(run.code, 3, run.stdout);
      assert.match(run.stdout, /1 place that may tell of packages could not be read \[files-unread\]\n/);
      assert.ok(run.stdout.includes(`  ${says}\n`), run.stdout);
    });
  }

  test('what nobody would look into may stay forbidden', async (t) => {
    const root = newFolder('forbidden');
    const shadow = 'etc/shadow';
    writeFiles(root, { ...plainRoot, [shadow]: 'secret' });
    chmodSync(join(root, shadow), 0o000);
    const run = await scanAsOrdinaryUser(root);
    if (run === undefined) return t.skip('no ordinary user may start bulla here');
    assert.doesNotMatch(run.stdout, /files-unread/);
  });

  test('a root folder that this user may not list is an error', async (t) => {
    const root = newFolder('forbidden');
    chmodSync(root, 0o000);
    const run = await scanAsOrdinaryUser(root);
    chmodSync(root, 0o755);
    if (run === undefined) return t.skip('no ordinary user may start bulla here');
    assert.equal(run.code, 2);
    assert.match(run.stderr, /^bulla: error\[source-unreadable\]: .* cannot be listed: this user may not read it\n/);
  });

  test('a folder with links in a circle', async () => {
    const root = newFolder('circle');
    mkdirSync(join(root, 'app'));
    symlinkSync('..', join(root, 'app/up'));
    symlinkSync('loop', join(root, 'loop'));
    const run = await bulla(['sbom', `dir:${root}`]);
    assert.equal(run.code, 3);
    assert.equal(run.stderr, '');
  });
});

describe('A registry that does not give the image is an error that says what to do', { concurrency: true }, () => {
  const answers: readonly {
    readonly status: number;
    readonly headers?: Record<string, string>;
    readonly code: string;
    readonly says: RegExp;
  }[] = [
    {
      status: 401,
      headers: { 'www-authenticate': 'Basic realm="x"' },
      code: 'registry-unauthorized',
      says: /try {2}docker login/,
    },
    { status: 403, code: 'registry-denied', says: /try .*docker login/ },
    { status: 404, code: 'registry-not-found', says: /try {2}check the name and the tag/ },
    {
      status: 429,
      headers: { 'retry-after': '3600' },
      code: 'registry-rate-limited',
      says: /try {2}try again in 3600 s/,
    },
    { status: 500, code: 'registry-failed', says: /answered 500 .*\n.*\n {2}try {2}the registry has a problem/ },
  ];
  for (const { status: answer, headers, code, says } of answers) {
    test(`${answer} → ${code}`, async (t) => {
      const { host, seen } = await startServer(t, () => ({ status: answer, headers, body: '{"errors":[]}' }));
      const folder = newFolder('registry');
      const run = await scanInto(folder, `registry:${host}/app:1`);
      assert.equal(run.code, 2, run.stderr);
      assert.match(run.stderr, new RegExp(`^bulla: error\\[${code}\\]: `));
      assert.match(run.stderr, says);
      assert.match(run.stderr, new RegExp(`^ {2}at {3}${host}/app:1$`, 'm'));
      assert.ok(seen.length > 0);
      assert.deepEqual(leftovers(folder), []);
    });
  }

  test('a server that accepts and then says nothing → registry-unreachable, in bounded time', async (t) => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    t.after(() => server.close());
    await once(server, 'listening');
    // A server that listens on TCP has an address of this kind.
    const { port } = server.address() as AddressInfo;
    const run = await scanInto(newFolder('registry'), `registry:127.0.0.1:${port}/app:1`, '--timeout', '1');
    assert.equal(run.code, 2);
    assert.match(
      run.stderr,
      /^bulla: error\[registry-unreachable\]: .* does not answer: nothing came for 1 s\n.*\n {2}try /,
    );
  });

  test('nobody listens → registry-unreachable', async () => {
    const run = await scanInto(newFolder('registry'), `registry:127.0.0.1:${await freePort()}/app:1`);
    assert.equal(run.code, 2);
    assert.match(run.stderr, /^bulla: error\[registry-unreachable\]: .* nothing listens there\n/);
  });

  test('a layer that ends early, again and again → an error that names the layer', async (t) => {
    const image = tinyImage();
    const serve = serveImage(image);
    const cut = (response: ServerResponse) => {
      response.writeHead(200, { 'content-length': image.layer.bytes.length }).write(image.layer.bytes.subarray(0, 5));
      response.destroy();
    };
    const { host } = await startServer(t, (request) =>
      request.url.endsWith(image.layer.descriptor.digest) ? cut : serve(request),
    );
    const folder = newFolder('registry');
    const run = await scanInto(folder, `registry:${host}/app:1`);
    assert.equal(run.code, 2);
    assert.match(run.stderr, /^bulla: error\[registry-unreachable\]: .*\n {2}at .* › layer 0 \(sha256:/);
    assert.deepEqual(leftovers(folder), []);
  });

  test('other bytes than the digest promises → digest-mismatch', async (t) => {
    const image = tinyImage();
    const serve = serveImage(image);
    const bytes = changed(image.layer.bytes, 12);
    const { host } = await startServer(t, (request) =>
      request.url.endsWith(image.layer.descriptor.digest) ? { body: bytes } : serve(request),
    );
    const run = await scanInto(newFolder('registry'), `registry:${host}/app:1`);
    assert.equal(run.code, 2);
    assert.match(run.stderr, /^bulla: error\[digest-mismatch\]: /);
  });
});

/** Scans a folder without the rights of root, who may read everything; nothing if that cannot be done here. */
async function scanAsOrdinaryUser(root: string): Promise<Run | undefined> {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chmodSync(dirname(root), 0o755);
  const [program, args] = isRoot
    ? ['setpriv', ['--reuid', '65534', '--regid', '65534', '--clear-groups', join(checkout, 'bulla')]]
    : [join(checkout, 'bulla'), []];
  if ((await command(program, [...args, '--version'])).code !== 0) return undefined;
  const database = join(root, 'none');
  return command(program, [...args, 'scan', `dir:${root}`, '--offline', '--database', database]);
}

/** Scans with folders for everything that might be left behind. */
function scanInto(folder: string, source: string, ...flags: readonly string[]): Promise<Run> {
  for (const name of ['out', 'tmp', 'cache']) mkdirSync(join(folder, name));
  const env = { TMPDIR: join(folder, 'tmp'), BULLA_CACHE: join(folder, 'cache'), BULLA_DATABASE: join(folder, 'none') };
  const args = ['scan', source, '--json', '--output', join(folder, 'out/report.json'), '--platform', 'linux/amd64'];
  return bulla([...args, ...flags], { env });
}

/** What a command has left in its folders. Whole results that it keeps are no leftovers. */
function leftovers(folder: string): string[] {
  const left = ['out', 'tmp', 'cache'].flatMap((name) =>
    readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' }),
  );
  return left.filter((path) => !/^[0-9a-f]{2}(?:\/[0-9a-f]{64})?$/.test(path));
}

interface ManifestBody {
  readonly config: object;
  readonly layers: readonly object[];
}

/** An image with this one layer as it is stored, or what is stored in its place. */
function withLayer(content: Buffer | (() => Buffer), { stored }: { readonly stored?: Buffer } = {}) {
  return (folder: string): string => {
    const bytes = typeof content === 'function' ? content() : content;
    const blob = writeBlob(folder, bytes);
    if (stored !== undefined) writeFileSync(join(folder, 'blobs', blob.digest.replace(':', '/')), stored);
    return writeImage(folder, { blob });
  };
}

function withManifest(change: (manifest: ManifestBody) => string) {
  return (folder: string): string => writeImage(folder, { change });
}

function withConfig(config: string) {
  return (folder: string): string => writeImage(folder, { config });
}

interface Parts {
  readonly blob?: { readonly digest: string; readonly size: number };
  readonly config?: string;
  readonly change?: (manifest: ManifestBody) => string;
}

function writeImage(folder: string, parts: Parts): string {
  const { blob = writeBlob(folder, layer), config, change = json } = parts;
  const body =
    config ?? json({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [digestOf(tar)] } });
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: mediaTypes.ociConfig, ...writeBlob(folder, body) },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...blob }],
  };
  return writeIndex(folder, { mediaType: mediaTypes.ociManifest, ...writeBlob(folder, change(manifest)) });
}

/** An image below so many indexes. */
function nested(depth: number) {
  return (folder: string): string => {
    let inner: object = { mediaType: mediaTypes.ociManifest, ...writeBlob(folder, '{}') };
    for (let i = 0; i < depth; i++) {
      inner = { mediaType: mediaTypes.ociIndex, ...writeBlob(folder, json({ schemaVersion: 2, manifests: [inner] })) };
    }
    return writeIndex(folder, inner);
  };
}

function writeIndex(folder: string, manifest: object): string {
  return withIndex(json({ schemaVersion: 2, manifests: [manifest] }))(folder);
}

function withIndex(index: string) {
  return (folder: string): string => {
    writeFileSync(join(folder, 'index.json'), index);
    return `oci:${folder}`;
  };
}

function asFile(prefix: string, content: string | Uint8Array) {
  return (folder: string): string => {
    writeFileSync(join(folder, 'file'), content);
    return `${prefix}:${join(folder, 'file')}`;
  };
}

function changed(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 0xff, at);
  return copy;
}

function bomb(): Buffer {
  const size = 300 << 20;
  return zstdCompressSync(Buffer.concat([packEntry({ path: 'zeros', size }), Buffer.alloc(size + 1024)]));
}
