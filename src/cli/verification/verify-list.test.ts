import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { exitCodes, type CliProcess } from '#cli/context.ts';
import { readSettings } from '#cli/settings.ts';
import { mediaTypes } from '#image/manifest.ts';
import { fakeRegistry } from '#image/registry/fake-registry.ts';
import { startServer, tinyImage } from '#image/registry/testing.ts';
import { verifyList } from './verify-list.ts';

const key = { key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey, name: 'a key' };
const demand = {
  verifier: { keys: [key], now: new Date() },
  identities: [],
  wanted: { kind: 'signature' },
} as const;
const options = { signers: 1, recursive: false, onePlatform: false };

test('what several names of a repository mean is looked at once, and elsewhere again', async (t) => {
  const fake = fakeRegistry();
  const { host, seen } = await startServer(t, fake.reply);
  const { bytes, descriptor } = tinyImage().manifest;
  for (const place of ['app:1', 'app:2', `app@${descriptor.digest}`, 'copy:1']) {
    fake.manifests.set(place, { type: mediaTypes.ociManifest, bytes });
  }
  const names = ['app:1', 'app:2', 'app:1', `app@${descriptor.digest}`, 'copy:1'].map((name) => `${host}/${name}`);
  let written = '';
  const io: CliProcess = {
    stdin: (async function* list() {
      yield Buffer.from(names.join('\n'));
    })(),
    stdout: { write: (text) => (written += text) },
    stderr: { write: () => undefined },
    env: {},
    arch: 'x64',
  };
  const settings = await readSettings(io, { offline: false });
  assert.equal(await verifyList('-', demand, options, settings, io, false), exitCodes.failed);
  const lines = written.trim().split('\n');
  assert.deepEqual(lines.toSorted(), names.map((name) => `FAIL  ${name}  format-missing`).toSorted());
  const asked = seen.filter(({ url }) => url.includes('/referrers/')).map(({ url }) => url.split('/')[2] ?? '');
  assert.deepEqual(asked.toSorted(), ['app', 'copy']);
});
