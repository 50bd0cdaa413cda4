import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { asList, asObject, asText, parseJson } from '#kit/narrow.ts';
import { mediaTypes } from '#image/manifest.ts';
import { pushManifest } from '#image/registry/push-manifest.ts';
import { createTransport } from '#image/registry/transport.ts';
import { newFolder } from '#kit/testing.ts';
import { bulla, missingPrograms } from './bulla.ts';
import { missingManifests, writeRealManifests } from './manifests.ts';
import { startRegistry } from './registry.ts';
import { problemsOf } from './schemas.ts';
import { copyAlone, pushNewImage } from './vouching.ts';

/** The rules that a run has found something by, and the codes of its gaps. */
function found(json: string): string[] {
  assert.deepEqual(problemsOf(json, 'lint'), []);
  const report = asObject(parseJson(json));
  const named = (list: string, field: string) =>
    asList(report?.[list]).map((item) => asText(asObject(item)?.[field]) ?? '');
  return [...named('findings', 'rule'), ...named('gaps', 'code')];
}

const missing = await missingPrograms('docker-registry', 'skopeo');

describe('what registries say of names in files', { skip: missing ?? false }, () => {
  let host = '';
  let stop: (() => void) | undefined;
  before(async () => {
    ({ host, stop } = await startRegistry());
  });
  after(() => stop?.());

  /** Lints a Dockerfile with one base image. */
  async function lintImage(image: string, ...options: readonly string[]): Promise<string[]> {
    const file = join(newFolder('lint'), 'Dockerfile');
    writeFileSync(file, `FROM ${image}\n`);
    return found((await bulla(['lint', '--json', ...options, file])).stdout);
  }

  test('a tag that has moved is found, when registries are asked', async () => {
    const image = await pushNewImage(host);
    const [, digest = ''] = image.pinned.split('@');
    const pinned = `${image.tagged}@${digest}`;
    assert.deepEqual(await lintImage(pinned, '--online'), []);
    const other = await pushNewImage(host);
    await copyAlone(other.tagged, image.tagged);
    assert.deepEqual(await lintImage(pinned), []);
    assert.deepEqual(await lintImage(pinned, '--online'), ['moved-tag']);
    assert.deepEqual(await lintImage(`${image.name}:absent@${digest}`, '--online'), ['unavailable']);
  });

  test('the digest of one platform is found, beside a tag that has several', async () => {
    const image = await pushNewImage(host);
    const [, digest = ''] = image.pinned.split('@');
    const repository = image.name.slice(host.length + 1);
    const transport = createTransport(host, { environment: {} });
    try {
      const child = await fetch(`http://${host}/v2/${repository}/manifests/${digest}`, {
        headers: { accept: mediaTypes.ociManifest },
      });
      const { length: size } = Buffer.from(await child.arrayBuffer());
      const platform = { os: 'linux', architecture: 'amd64' };
      const index = {
        schemaVersion: 2,
        mediaType: mediaTypes.ociIndex,
        manifests: [{ mediaType: mediaTypes.ociManifest, digest, size, platform }],
      };
      const bytes = Buffer.from(JSON.stringify(index));
      await pushManifest(transport, repository, { mediaType: mediaTypes.ociIndex, bytes }, 'multi');
    } finally {
      transport.close();
    }
    assert.deepEqual(await lintImage(`${image.name}:multi@${digest}`, '--online'), ['platform-digest']);
    // What bulla pin writes is the index.
    const file = join(newFolder('lint'), 'Dockerfile');
    writeFileSync(file, `FROM ${image.name}:multi\n`);
    assert.equal((await bulla(['pin', file])).code, 0);
    assert.deepEqual(found((await bulla(['lint', '--online', '--json', file])).stdout), []);
  });
});

describe('files and exit codes', () => {
  const compose = "services:\n  a:\n    image: 'host.example/app:1'\n    environment: {API_TOKEN: abcdef}\n";

  /** Runs it on a file, with a configuration beside it. */
  async function lintFile(
    text: string,
    options: readonly string[],
    configuration = '',
  ): Promise<{ code: number | null; stdout: string }> {
    const cwd = newFolder('lint');
    writeFileSync(join(cwd, 'compose.yaml'), text);
    writeFileSync(join(cwd, 'bulla.yaml'), configuration);
    return bulla(['lint', ...options, 'compose.yaml'], { cwd });
  }

  test('the gate closes at the severity that is asked for, and unknown is never green', async () => {
    assert.equal((await lintFile(compose, [])).code, 1);
    assert.equal((await lintFile(compose, ['--without', 'tag-without-digest,secret-in-environment'])).code, 0);
    assert.equal((await lintFile(compose, ['--without', 'secret-in-environment', '--fail-on', 'error'])).code, 0);
    assert.equal((await lintFile('services: {a: {image: "${X}"}}', [])).code, 3);
    assert.equal((await lintFile(compose, ['--online', '--offline'])).code, 2);
    assert.equal((await lintFile(compose, ['--without', 'nothing'])).code, 2);
  });

  test('the list of images is in the options and in the configuration', async () => {
    const rules = ['--json', '--without', 'tag-without-digest,secret-in-environment'];
    const other = "lint: {allow: ['other.example/**']}\n";
    assert.deepEqual(found((await lintFile(compose, rules, other)).stdout), ['image-not-allowed']);
    assert.deepEqual(found((await lintFile(compose, [...rules, '--allow', 'host.example/*'], other)).stdout), []);
  });

  test('in German', async () => {
    const { stdout } = await lintFile(compose, ['--lang', 'de']);
    assert.match(stdout, /^compose\.yaml:3:13 {2}Warnung {2}host\.example\/app:1 kann morgen ein anderes Image sein/m);
    assert.match(stdout, /^compose\.yaml:4:30 {2}Fehler {2}Der Wert von API_TOKEN/m);
    assert.doesNotMatch(stdout, /abcdef/);
  });
});

describe('real manifests', { skip: missingManifests ?? false }, () => {
  test('are linted whole, in every format', async () => {
    const folder = writeRealManifests();
    const json = await bulla(['lint', '--json', folder]);
    assert.equal(json.code, 1);
    const rules = new Set(found(json.stdout));
    for (const rule of ['latest-tag', 'tag-without-digest', 'short-name', 'secret-in-environment', 'template']) {
      assert.ok(rules.has(rule), rule);
    }
    for (const format of ['text', 'sarif', 'github', 'gitlab']) {
      const { code, stderr } = await bulla(['lint', '--format', format, folder]);
      assert.deepEqual([code, stderr], [1, '']);
    }
  });
});
