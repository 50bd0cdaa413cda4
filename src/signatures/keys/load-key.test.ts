import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { generateKey } from './algorithm.ts';
import { loadKeyText, loadPublicKey, loadSigningKey, loadVerificationKey } from './load-key.ts';
import { writePrivateKey } from './private-key.ts';
import { writePublicKey } from './write-key-pair.ts';

const folder = newFolder();
const key = generateKey('ecdsa-p256');
const [privateFile, publicFile] = [join(folder, 'a.key'), join(folder, 'a.pub')];
const publicPem = writePublicKey(createPublicKey(key));
const privatePem = await writePrivateKey(key, Buffer.from('geheim'));
writeFileSync(privateFile, privatePem);
writeFileSync(publicFile, publicPem);
const environment = { COSIGN_PASSWORD: 'geheim', KEY: privatePem, PUB: publicPem, EMPTY: '' };

test('a file and a variable hold keys of both kinds', async () => {
  for (const [secret, open] of [
    [privateFile, publicFile],
    [`file://${privateFile}`, `file://${publicFile}`],
    ['env://KEY', 'env://PUB'],
  ] as const) {
    const signing = await loadSigningKey(secret, { environment });
    const verification = await loadVerificationKey(open, { environment }, { start: new Date(0) });
    assert.ok(signing.publicKey.equals(verification.key));
    assert.deepEqual([verification.name, verification.validFor], [open, { start: new Date(0) }]);
    assert.ok((await loadPublicKey(secret, { environment })).equals(verification.key));
    assert.ok((await loadPublicKey(open, { environment })).equals(verification.key));
  }
});

test('a public key does not sign, and a private one must not be given to those who verify', async () => {
  await assert.rejects(loadSigningKey(publicFile, { environment }), { code: 'key-invalid' });
  await assert.rejects(loadVerificationKey(privateFile, { environment }), { code: 'key-invalid' });
});

const wrong: Readonly<Record<string, string>> = {
  [join(folder, 'none.key')]: 'key-not-found',
  [folder]: 'key-not-found',
  '/dev/zero': 'key-invalid',
  '/dev/null': 'key-invalid',
  'env://NONE': 'key-not-found',
  'env://EMPTY': 'key-not-found',
  'env://': 'key-not-found',
  'https://keys.example/a.key': 'key-not-found',
  'nobody-has-this://a': 'key-not-found',
  '../../bin/sh://a': 'key-not-found',
  '://a': 'key-not-found',
  'a b://c': 'key-not-found',
  'pkcs11:token=a': 'key-not-found',
  'azurekms://a': 'key-not-found',
  'gcpkms://a': 'key-not-found',
  'gitlab://../a b': 'key-not-found',
  'hashivault://a': 'key-not-found',
  'hashivault://../sys': 'key-not-found',
  'hashivault://a/b/c': 'key-not-found',
  'hashivault://a/0': 'key-not-found',
  'awskms://a': 'key-not-found',
  'awskms:///a b': 'key-not-found',
  'k8s://--help/a': 'key-not-found',
  'k8s://a/b/c': 'key-not-found',
};

for (const [reference, code] of Object.entries(wrong)) {
  test(`"${reference}" is ${code}`, async () => {
    await assert.rejects(loadSigningKey(reference, { environment: { ...environment, PATH: folder } }), { code });
    await assert.rejects(loadVerificationKey(reference, { environment: { ...environment, PATH: folder } }), { code });
  });
}

test('without a password, and nobody to ask, it says which variable to set', async () => {
  await assert.rejects(loadSigningKey(privateFile, { environment: {} }), {
    code: 'key-password-missing',
    hint: /COSIGN_PASSWORD/,
  });
});

test('whoever can be asked is asked', async () => {
  const questions: string[] = [];
  const askPassword = (question: string) => {
    questions.push(question);
    return Promise.resolve('geheim');
  };
  await loadSigningKey(privateFile, { environment: {}, askPassword });
  assert.deepEqual(questions, [`Password of ${privateFile}: `]);
});

test('our own variable comes before that of cosign', async () => {
  const passwords = { COSIGN_PASSWORD: 'another', BULLA_PASSWORD: 'geheim' };
  await loadSigningKey(privateFile, { environment: passwords });
  await assert.rejects(loadSigningKey(privateFile, { environment: { ...passwords, BULLA_PASSWORD: '' } }), {
    code: 'key-password-wrong',
    message: /BULLA_PASSWORD does not open/,
  });
});

test('offline, nothing on the network is asked', async () => {
  for (const reference of [
    'hashivault://a',
    'openbao://a',
    'awskms:///a',
    'gcpkms://a',
    'azurekms://a',
    'gitlab://a',
    'k8s://a/b',
  ]) {
    const surroundings = { environment: { VAULT_ADDR: 'http://127.0.0.1:1', VAULT_TOKEN: 'x' }, offline: true };
    await assert.rejects(loadVerificationKey(reference, surroundings), {
      code: 'service-unreachable',
      message: /must not be asked/,
    });
  }
});

test('the text of a key is given as it is', async () => {
  assert.equal(String(await loadKeyText(privateFile, { environment })), privatePem);
});
