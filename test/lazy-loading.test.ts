import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { newFolder } from '#kit/testing.ts';
import { bulla } from './bulla.ts';
import { writeSmallImage } from './small-image.ts';

/** The sources that a command loads; the build names each above what it made of it. */
async function sourcesLoadedBy(...words: readonly string[]): Promise<string[]> {
  const file = join(newFolder('loaded'), 'modules');
  const recorder = pathToFileURL(join(import.meta.dirname, 'record-modules.mjs')).href;
  await bulla(words, { env: { NODE_OPTIONS: `--import=${recorder}`, BULLA_TEST_MODULES: file } });
  const modules = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  return modules.flatMap((url) => {
    const code = readFileSync(fileURLToPath(url), 'utf8');
    return [...code.matchAll(/^\/\/ (src\/\S+)$/gm)].map(([, path = '']) => path);
  });
}

test('a scan does not load what signs and verifies', async () => {
  const loaded = await sourcesLoadedBy('scan', writeSmallImage(), '--offline', '--database', newFolder('none'));
  assert.ok(loaded.includes('src/cli/commands/scan.ts'), 'the watch sees what is loaded');
  const signing = loaded.filter((path) => /^src\/(?:signatures|provenance)\//.test(path));
  // The names of the formats, which the options of --attest list.
  assert.deepEqual(signing, ['src/signatures/sign/attach-format.ts']);
});

test('verifying does not load what scans', async () => {
  const loaded = await sourcesLoadedBy('verify', '--offline', '--key', 'nobody.pub', 'localhost:1/app:1');
  assert.ok(loaded.includes('src/cli/commands/verify.ts'), 'the watch sees what is loaded');
  const scanning = loaded.filter((path) => /^src\/(?:inventory|advisories|findings|documents)\//.test(path));
  // How columns of text are laid out.
  assert.deepEqual(scanning, ['src/documents/table/layout.ts']);
});
