import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { generateKey } from '#signatures/keys/algorithm.ts';
import { loadSigningKey, loadVerificationKey } from '#signatures/keys/load-key.ts';
import { fakeProgram } from '#signatures/keys/testing.ts';

/** A key plugin as the protocol has it; its key is a file. */
const plugin = `
const { createPrivateKey, createPublicKey, sign } = require('node:crypto');
const { readFileSync } = require('node:fs');
const [version, json] = process.argv.slice(2);
const { initOptions, methodName, signMessage, publicKey } = JSON.parse(json);
const base64 = (bytes) => Buffer.from(bytes).toString('base64');
try {
  if (version !== 'v1' || initOptions.protocolVersion !== 'v1') throw new Error('which version?');
  const key = createPrivateKey(readFileSync(initOptions.keyResourceID));
  const answers = {
    publicKey: () => publicKey.publicKeyOptions.rpcOptions
      && { publicKeyPEM: base64(createPublicKey(key).export({ format: 'pem', type: 'spki' })) },
    signMessage: () => {
      const hash = { 0: null, 5: 'sha256', 6: 'sha384', 7: 'sha512' }[signMessage.signOptions.messageOptions.hashFunc];
      return { signature: base64(sign(hash, readFileSync(0), key)) };
    },
  };
  process.stdout.write(JSON.stringify({ [methodName]: answers[methodName]() }));
} catch (error) {
  process.stdout.write(JSON.stringify({ errorMessage: error.message }));
}
// Its status means nothing.
process.exitCode = 1;
`;

const folder = newFolder();
const environment = fakeProgram(folder, 'sigstore-kms-my-hsm', plugin);

for (const algorithm of ['ecdsa-p256', 'ecdsa-p521', 'ed25519'] as const) {
  test(`a plugin signs with ${algorithm}`, async () => {
    const privateKey = generateKey(algorithm);
    const file = join(folder, `${algorithm}.pem`);
    writeFileSync(file, privateKey.export({ format: 'pem', type: 'pkcs8' }));
    const reference = `my-hsm://${file}`;
    const key = await loadSigningKey(reference, { environment });
    // Larger than what fits into a pipe at once; the signature is verified before it is given.
    assert.ok((await key.sign(Buffer.alloc(300_000, 7))).length > 0);
    const { key: publicKey } = await loadVerificationKey(reference, { environment, offline: true });
    assert.ok(publicKey.equals(createPublicKey(privateKey)));
  });
}

test('what it says is wrong is told', async () => {
  await assert.rejects(loadSigningKey('my-hsm:///none', { environment }), {
    code: 'service-failed',
    message: /sigstore-kms-my-hsm cannot do it: ENOENT/,
  });
});

const nonsense: Readonly<Record<string, readonly [source: string, code: string]>> = {
  'says nothing': ['', 'service-invalid'],
  'says something else': ['console.log("hello")', 'service-invalid'],
  'says a list': ['console.log("[]")', 'service-invalid'],
  'has no answer': ['console.log("{}")', 'service-invalid'],
  'gives no key': [`console.log('{"publicKey":{"publicKeyPEM":"AAAA"}}')`, 'service-invalid'],
  'gives a key of a strange kind': [
    `const { publicKey } = require('node:crypto').generateKeyPairSync('x25519');
     const publicKeyPEM = Buffer.from(publicKey.export({ format: 'pem', type: 'spki' })).toString('base64');
     console.log(JSON.stringify({ publicKey: { publicKeyPEM } }))`,
    'key-invalid',
  ],
  'talks without an end': ['for (;;) require("node:fs").writeSync(1, "x".repeat(65536))', 'service-failed'],
};

for (const [what, [source, code]] of Object.entries(nonsense)) {
  test(`a plugin that ${what} is ${code}`, async () => {
    const own = newFolder();
    await assert.rejects(loadSigningKey('odd://a', { environment: fakeProgram(own, 'sigstore-kms-odd', source) }), {
      code,
    });
  });
}
