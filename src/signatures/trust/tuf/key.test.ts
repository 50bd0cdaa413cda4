import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { readTufKey } from './key.ts';
import { createTestKey } from './testing.ts';

const bytes = Buffer.from('metadata');

for (const kind of ['ecdsa', 'ed25519', 'rsa'] as const) {
  test(`a key of kind ${kind} verifies what it has signed, and nothing else`, () => {
    const key = createTestKey(kind);
    const read = readTufKey({ ...key.written });
    assert.ok(read !== undefined);
    const signature = Buffer.from(key.sign(bytes), 'hex');
    assert.equal(read.hasSigned(bytes, signature), true);
    assert.equal(read.hasSigned(Buffer.from('Metadata'), signature), false);
    const others = Buffer.from(createTestKey(kind === 'rsa' ? 'ecdsa' : kind).sign(bytes), 'hex');
    for (const broken of [others, Buffer.alloc(0), Buffer.alloc(64), signature.subarray(0, -1)]) {
      assert.equal(read.hasSigned(bytes, broken), false);
    }
  });
}

describe('what is no such key signs nothing', () => {
  const spki = { format: 'pem', type: 'spki' } as const;
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export(spki);
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export(spki);
  const secret = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const privatePem = secret.export({ format: 'pem', type: 'pkcs8' });
  const cases: readonly [name: string, type: unknown, scheme: unknown, text: unknown][] = [
    ['another curve', 'ecdsa', 'ecdsa-sha2-nistp256', p384],
    ['another scheme', 'ecdsa', 'ecdsa-sha2-nistp384', p384],
    ['an RSA key that is too short', 'rsa', 'rsassa-pss-sha256', short],
    ['a curve called RSA', 'rsa', 'rsassa-pss-sha256', p384],
    ['a private key', 'ecdsa', 'ecdsa-sha2-nistp256', privatePem],
    ['broken PEM', 'ecdsa', 'ecdsa-sha2-nistp256', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'],
    ['Ed25519 that is too short', 'ed25519', 'ed25519', 'ab'.repeat(31)],
    ['no text', 'ed25519', 'ed25519', 7],
    ['a name of JavaScript', 'constructor', undefined, ''],
  ];
  for (const [name, keytype, scheme, text] of cases) {
    test(name, () => assert.equal(readTufKey({ keytype, scheme, keyval: { public: text } }), undefined));
  }
  test('nothing', () => {
    assert.equal(readTufKey({}), undefined);
    assert.equal(readTufKey({ keytype: 'ed25519', scheme: 'ed25519', keyval: null }), undefined);
  });
});
