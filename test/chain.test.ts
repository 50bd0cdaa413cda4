import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { packTar, writeLayout } from '#image/testing.ts';
import { newFolder } from '#kit/testing.ts';
import { bulla, fillDatabase, missingPrograms, succeed, type Run } from './bulla.ts';
import { startRegistry } from './registry.ts';
import { npmPackages, writeSmallFeed } from './small-image.ts';

const skip = (await missingPrograms('docker-registry', 'skopeo')) ?? false;

/** The chain of docs/signing.md, as it is written there. */
describe('from the build to the refusal of what nobody signed', { skip, concurrency: false }, () => {
  const folder = skip === false ? newFolder('chain') : '';
  const env = { BULLA_PASSWORD: 'secret', HOME: folder };
  let app = '';
  let stop: (() => void) | undefined;

  const run = (...words: readonly string[]): Promise<Run> => bulla(words, { env, cwd: folder });

  async function build(...packages: readonly string[]): Promise<void> {
    const layout = newFolder('build');
    writeLayout(layout, [{ tag: '1', layers: [packTar(npmPackages(...packages))] }]);
    await succeed('skopeo', ['copy', '-q', '--dest-tls-verify=false', `oci:${layout}:1`, `docker://${app}`]);
  }

  before(async () => {
    const registry = await startRegistry();
    ({ stop } = registry);
    app = `${registry.host}/app:1`;
    await build('biscuit');
  });
  after(() => stop?.());

  test('what is built is scanned, described, signed and attested', async () => {
    const database = await fillDatabase('chain', writeSmallFeed());
    for (const words of [
      ['key', 'generate', '--output', 'demo'],
      ['scan', app, '--fail-on', 'critical', '--database', database],
      ['sbom', app, '--output', 'sbom.json'],
      ['sign', app, '--key', 'demo.key'],
      ['attest', app, '--key', 'demo.key', '--type', 'sbom', '--predicate', 'sbom.json'],
    ]) {
      const { code, stderr } = await run(...words);
      assert.equal(code, 0, `${words.join(' ')}: ${stderr}`);
    }
  });

  test('and is verified, as signed and as attested', async () => {
    assert.match((await run('verify', app, '--key', 'demo.pub')).stdout, /^VERIFIED/m);
    assert.match((await run('verify', app, '--key', 'demo.pub', '--type', 'sbom')).stdout, /^VERIFIED/m);
  });

  test('an image with another layer in its place is refused, because nobody has signed it', async () => {
    await build('biscuit', 'kettle');
    const { code, stdout } = await run('verify', app, '--key', 'demo.pub');
    assert.equal(code, 1);
    assert.match(stdout, /nobody has signed it \[format-missing\]\n +try +sign it: bulla sign IMAGE/);
  });

  test('and so is what is signed by somebody else', async () => {
    await run('key', 'generate', '--output', 'other');
    await run('sign', app, '--key', 'other.key');
    const { code, stdout } = await run('verify', app, '--key', 'demo.pub');
    assert.equal(code, 1);
    assert.match(stdout, /the key has not signed this \[signature-invalid\]/);
    assert.ok(!stdout.includes(join(folder, 'demo.key')));
  });
});
