import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { bulla, missingAdvisories, missingPrograms, succeed } from './bulla.ts';
import { missingImages, realImages, sourceOf } from './images.ts';
import { startRegistry, type Registry } from './registry.ts';
import { scanFully, type Report } from './report.ts';

const skip =
  missingImages ?? missingAdvisories ?? (await missingPrograms('skopeo', 'umoci', 'docker-registry', 'tar')) ?? false;

describe('An image is the same, wherever it comes from', { skip }, () => {
  const folder = skip === false ? newFolder('sources') : '';
  const { layout, tag } = realImages.app;
  const fromLayout = sourceOf('app');
  const fromArchive = `oci-archive:${folder}/app.oci.tar:${tag}`;
  const fromDocker = `docker-archive:${folder}/app.docker.tar`;
  const fromFolder = `dir:${folder}/root`;
  let fromRegistry = '';
  let registry: Registry | undefined;
  let original: Report;

  before(async () => {
    const rootless = process.getuid?.() === 0 ? [] : ['--rootless'];
    registry = await startRegistry();
    fromRegistry = `registry:${registry.host}/team/app:${tag}`;
    await Promise.all([
      succeed('tar', ['-C', layout, '-cf', join(folder, 'app.oci.tar'), '.']),
      succeed('skopeo', ['copy', '-q', fromLayout, `${fromDocker}:app:${tag}`]),
      push(`oci:${layout}:base`, `${registry.host}/team/app:base`),
      push(fromLayout, `${registry.host}/team/app:${tag}`),
    ]);
    await succeed('umoci', ['raw', 'unpack', ...rootless, '--image', `${layout}:${tag}`, join(folder, 'root')]);
    original = await scanFully(fromLayout);
  });
  after(() => registry?.stop());

  test('oci-archive: gives the very same report', async () => {
    assert.deepEqual(withoutOccasion(await read(fromArchive)), withoutOccasion(original));
  });

  test('registry: gives the very same report, and a plain reference means the same', async () => {
    assert.deepEqual(withoutOccasion(await read(fromRegistry)), withoutOccasion(original));
    const plain = await scanFully(fromRegistry.slice('registry:'.length));
    assert.deepEqual(withoutOccasion(plain), withoutOccasion(original));
  });

  test('a reference by digest gives the very same report', async () => {
    const report = await read(`${fromRegistry.slice(0, -`:${tag}`.length)}@${original.image.digest}`);
    assert.deepEqual(withoutOccasion(report), withoutOccasion(original));
  });

  test('docker-archive: gives the same packages and findings, in layers that are stored in another way', async () => {
    const report = await read(fromDocker);
    assert.deepEqual(withoutLayers(report), withoutLayers(original));
    // What an archive of Docker does not keep: the manifest, compressed layers, and the base image beside the image.
    assert.notEqual(report.image.digest, original.image.digest);
    assert.equal(report.layers.length, original.layers.length);
    assert.deepEqual(
      report.packages.map(({ layer }) => layer?.index),
      original.packages.map(({ layer }) => layer?.index),
    );
  });

  test('dir: gives the same packages and findings, in one layer', async () => {
    const report = await read(fromFolder);
    assert.deepEqual(withoutLayers(report), withoutLayers(original));
    assert.equal(report.image.digest, null);
    assert.equal(report.layers.length, 1);
  });

  for (const format of ['cyclonedx-json', 'spdx-json']) {
    test(`sbom --format ${format} writes the same bytes for the same source, whether or not it was read before`, async () => {
      const [first, second] = [await sbom(fromLayout, format), await sbom(fromLayout, format, { cache: 'new' })];
      assert.ok(first.length > 100_000);
      assert.equal(first, second);
    });

    test(`sbom --format ${format} writes the same bytes for the same digest, whatever the source`, async () => {
      const expected = await sbom(fromLayout, format);
      const byDigest = `${fromRegistry.slice(0, -`:${tag}`.length)}@${original.image.digest}`;
      for (const source of [fromArchive, fromRegistry, byDigest]) {
        assert.ok((await sbom(source, format)) === expected, source);
      }
    });

    test(`sbom --format ${format} --name writes the name that the user gives, whatever the source`, async () => {
      const named = ['--name', 'registry.example/team/shop:1.2'];
      const expected = await sbom(fromLayout, format, { flags: named });
      assert.match(expected, /"pkg:oci\/shop@sha256:.+repository_url=registry\.example%2Fteam%2Fshop&tag=1\.2"/);
      assert.ok((await sbom(fromRegistry, format, { flags: named })) === expected);
    });
  }
});

describe('Package URLs are a source, too', { skip: missingAdvisories ?? false }, () => {
  const lodash = 'pkg:npm/lodash@4.17.15';
  const zlib = 'pkg:deb/debian/zlib1g@1:1.2.13.dfsg-1?arch=amd64&distro=debian-12&upstream=zlib';

  test('purl: judges one package', async () => {
    const { packages, findings } = await scanFully(`purl:${lodash}`);
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      [lodash],
    );
    assert.ok(findings.some(({ id }) => id === 'CVE-2021-23337'));
  });

  test('purls: judges a list, with the distribution that a qualifier names', async () => {
    const list = join(newFolder('purls'), 'list.txt');
    writeFileSync(list, `# what we ship\n${lodash}\n\n${zlib}\n`);
    const { packages, findings } = await scanFully(`purls:${list}`);
    assert.equal(packages.length, 2);
    const found = findings.map(({ id, package: { name } }) => `${id} ${name}`);
    assert.ok(found.includes('CVE-2021-23337 lodash'));
    assert.ok(found.includes('CVE-2023-45853 zlib1g'));
  });

  test('a line that is no package URL is a gap, not silence', async () => {
    const list = join(newFolder('purls'), 'list.txt');
    writeFileSync(list, `${lodash}\nlodash 4.17.15\n`);
    const { coverage } = await scanFully(`purls:${list}`);
    assert.deepEqual(
      coverage.gaps.map(({ code }) => code),
      ['files-unread'],
    );
    assert.match(coverage.gaps[0]?.items[0] ?? '', /line 2 is not a package URL: lodash 4\.17\.15/);
  });
});

/** Scans a source that nothing is kept of. */
function read(source: string): Promise<Report> {
  return scanFully(source, '--config', emptyCache());
}

/** A configuration with a cache of its own. */
function emptyCache(): string {
  const folder = newFolder('cache');
  const path = join(folder, 'bulla.yaml');
  writeFileSync(path, `cache: ${folder}\n`);
  return path;
}

interface SbomOptions {
  readonly cache?: 'shared' | 'new';
  readonly flags?: readonly string[];
}

async function sbom(
  source: string,
  format: string,
  { cache = 'shared', flags = [] }: SbomOptions = {},
): Promise<string> {
  const file = join(newFolder('sbom'), 'sbom.json');
  const config = cache === 'new' ? ['--config', emptyCache()] : [];
  const run = await bulla(['sbom', source, '--format', format, '--output', file, ...config, ...flags]);
  assert.equal(run.code, 0, run.stderr);
  return readFileSync(file, 'utf8');
}

/** All of a report but when it was made and by which name the image was asked for. */
function withoutOccasion(report: Report) {
  return { ...report, created: '', image: { ...report.image, reference: '' } };
}

/** What a report says of packages and findings, without what only layers tell. */
function withoutLayers({ packages, findings, summary, coverage }: Report) {
  return {
    packages: packages.map(withoutLayer),
    findings: findings.map((finding) => ({ ...finding, package: withoutLayer(finding.package), part: '' })),
    summary,
    coverage: {
      ...coverage,
      sources: coverage.sources.map(withoutLayer),
      executables: { ...coverage.executables, examples: coverage.executables.examples.map(withoutLayer) },
    },
  };
}

function withoutLayer(item: object): object {
  return { ...item, layer: undefined };
}

async function push(source: string, name: string): Promise<void> {
  await succeed('skopeo', ['copy', '-q', '--dest-tls-verify=false', source, `docker://${name}`]);
}
