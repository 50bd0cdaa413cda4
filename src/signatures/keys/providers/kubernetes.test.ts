import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { generateKey } from '#signatures/keys/algorithm.ts';
import { loadSigningKey, loadVerificationKey } from '#signatures/keys/load-key.ts';
import { writePrivateKey } from '#signatures/keys/private-key.ts';
import { fakeProgram } from '#signatures/keys/testing.ts';
import { writePublicKey } from '#signatures/keys/write-key-pair.ts';

const key = generateKey('ecdsa-p256');
const base64 = (text: string) => Buffer.from(text).toString('base64');
const fields = {
  'cosign.key': base64(await writePrivateKey(key, Buffer.from('geheim'))),
  'cosign.pub': base64(writePublicKey(createPublicKey(key))),
  'cosign.password': base64('geheim'),
};

/** A kubectl that has one secret. */
function cluster(data: unknown) {
  const words = ['get', 'secret', 'signing', '--namespace', 'ci', '--output', 'json'];
  const source = `
    if (JSON.stringify(process.argv.slice(2)) !== ${JSON.stringify(JSON.stringify(words))}) process.exit(1);
    console.log(${JSON.stringify(JSON.stringify({ kind: 'Secret', data }))});`;
  return { environment: fakeProgram(newFolder(), 'kubectl', source) };
}

test('a secret has both keys and the password', async () => {
  const surroundings = cluster(fields);
  const signing = await loadSigningKey('k8s://ci/signing', surroundings);
  const { key: publicKey } = await loadVerificationKey('k8s://ci/signing', surroundings);
  assert.ok(signing.publicKey.equals(publicKey));
});

test('a password that does not fit is that of the secret', async () => {
  await assert.rejects(loadSigningKey('k8s://ci/signing', cluster({ ...fields, 'cosign.password': base64('x') })), {
    code: 'key-password-wrong',
    message: /password of k8s:\/\/ci\/signing/,
  });
});

for (const [what, reference, data, code] of [
  ['another secret', 'k8s://ci/other', fields, 'service-failed'],
  ['a secret of other fields', 'k8s://ci/signing', { token: 'AAAA' }, 'key-not-found'],
  ['a secret without fields', 'k8s://ci/signing', undefined, 'key-not-found'],
  ['a secret that is not base64', 'k8s://ci/signing', { 'cosign.key': '*' }, 'key-not-found'],
] as const) {
  test(`${what} is ${code}`, () => assert.rejects(loadSigningKey(reference, cluster(data)), { code }));
}

test('without kubectl it says so', async () => {
  await assert.rejects(loadSigningKey('k8s://ci/signing', { environment: { PATH: newFolder() } }), {
    code: 'service-failed',
    message: /kubectl .* missing/,
  });
});
