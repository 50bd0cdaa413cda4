import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { readSettings } from './settings.ts';

const folder = newFolder('settings');
const config = join(folder, 'bulla.yaml');
writeFileSync(config, 'registry: { timeout: 5 }\n');

function settingsFor(flags: { timeout?: string; config?: string }, env: Record<string, string> = {}) {
  const nothing = { write: () => undefined };
  const stdin = (async function* empty() {})();
  return readSettings({ stdin, stdout: nothing, stderr: nothing, env: { HOME: folder, ...env }, arch: 'x64' }, flags);
}

test('how long a registry may be silent: option, environment, configuration, default', async () => {
  const environment = { BULLA_TIMEOUT: '2.5' };
  assert.equal((await settingsFor({ timeout: '1', config }, environment)).registry.timeout, 1000);
  assert.equal((await settingsFor({ config }, environment)).registry.timeout, 2500);
  assert.equal((await settingsFor({ config })).registry.timeout, 5000);
  assert.equal((await settingsFor({})).registry.timeout, undefined);
});

for (const timeout of ['0', '-1', 'soon', '1e9', '86401', 'NaN', '']) {
  test(`"${timeout}" is no time that a registry may be silent`, async () => {
    await assert.rejects(settingsFor({ timeout }), { code: 'usage' });
  });
}
