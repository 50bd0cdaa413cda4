import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkSignature } from '#signatures/signature.ts';
import { generateKey, keyAlgorithms, kindOf, kindOfKey } from './algorithm.ts';
import { localSigningKey, remoteSigningKey } from './signing-key.ts';

for (const algorithm of keyAlgorithms) {
  test(`${algorithm}: what a key signs is verified with its public key, and nothing else is`, async () => {
    const privateKey = generateKey(algorithm);
    assert.equal(kindOf(privateKey)?.name, algorithm);
    assert.equal(kindOf(createPublicKey(privateKey))?.name, algorithm);
    const key = localSigningKey(privateKey, 'a key');
    const content = fc.uint8Array({ maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(content, content, async (one, other) => {
        const [bytes, otherBytes] = [Buffer.from(one), Buffer.from(other)];
        const signature = await key.sign(bytes);
        assert.equal(verdict(bytes, signature), 'good');
        if (!bytes.equals(otherBytes)) assert.equal(verdict(otherBytes, signature), 'signature-invalid');
      }),
      { numRuns: 15 },
    );

    function verdict(bytes: Buffer, signature: Buffer): string {
      const signed = {
        content: { kind: 'payload', bytes },
        signature,
        signer: { kind: 'key' },
        log: [],
        timestamps: [],
      } as const;
      return checkSignature(signed, key.publicKey, undefined)?.refused ?? 'good';
    }
  });
}

const strange = {
  'a curve for coins': generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey,
  'RSA of 1024 bits': generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey,
  'RSA for PSS only': generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey,
  'a key that agrees on others': generateKeyPairSync('x25519').privateKey,
  Ed448: generateKeyPairSync('ed448').privateKey,
};

for (const [what, key] of Object.entries(strange)) {
  test(`${what} does not sign`, () => {
    assert.throws(() => localSigningKey(key, 'strange.key'), { code: 'key-invalid' });
    assert.throws(() => kindOfKey(createPublicKey(key), 'strange.pub'), { code: 'key-invalid' });
  });
}

test('a signature of another key, or none, is not taken from a service', async () => {
  const [key, other] = [generateKey('ecdsa-p256'), localSigningKey(generateKey('ecdsa-p256'), 'other')];
  const publicKey = createPublicKey(key);
  const bytes = Buffer.from('content');
  const byOther = (content: Buffer) => other.sign(content);
  for (const sign of [byOther, () => Promise.resolve(Buffer.alloc(0)), () => Promise.resolve(Buffer.alloc(70, 1))]) {
    await assert.rejects(remoteSigningKey(publicKey, 'kms://key', sign).sign(bytes), { code: 'service-invalid' });
  }
});
