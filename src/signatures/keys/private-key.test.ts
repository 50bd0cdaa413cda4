import assert from 'node:assert/strict';
import { createPublicKey, scryptSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { secretbox } from '@noble/ciphers/salsa.js';
import fc from 'fast-check';
import { BullaError } from '#kit/error.ts';
import { generateKey } from './algorithm.ts';
import { encryptedLabels, type Password } from './encrypted-key.ts';
import { readPem, writePem } from './pem.ts';
import { isEncryptedKey, readPrivateKey, writePrivateKey } from './private-key.ts';

const key = generateKey('ecdsa-p256');
const der = key.export({ format: 'der', type: 'pkcs8' });

const passwordOf = (text: string) => (): Promise<Password> =>
  Promise.resolve({ bytes: Buffer.from(text), from: 'the test' });
const never = (): Promise<Password> => Promise.reject(new Error('the password was asked for'));

test('what is written can be read, with the password only', async () => {
  const pem = await writePrivateKey(key, Buffer.from('geheim'));
  assert.ok(isEncryptedKey(pem));
  assert.ok((await readPrivateKey(pem, 'a.key', passwordOf('geheim'))).equals(key));
  await assert.rejects(readPrivateKey(pem, 'a.key', passwordOf('Geheim')), { code: 'key-password-wrong' });
  await assert.rejects(readPrivateKey(pem, 'a.key', passwordOf('')), { code: 'key-password-wrong' });
});

test('an empty password is one', async () => {
  const pem = await writePrivateKey(key, Buffer.alloc(0));
  assert.ok((await readPrivateKey(pem, 'a.key', passwordOf(''))).equals(key));
});

test('a key that cosign 2.5 has made is read', async () => {
  const { privateKey, publicKey } = cosignPair;
  const read = await readPrivateKey(privateKey, 'cosign.key', passwordOf('geheim'));
  assert.ok(createPublicKey(read).equals(createPublicKey(publicKey)));
});

/** The parts of an encrypted key, each of which a test may spoil. */
interface Parts {
  readonly N: unknown;
  readonly r: unknown;
  readonly p: unknown;
  readonly kdf: unknown;
  readonly cipher: unknown;
  readonly salt: unknown;
  readonly nonce: unknown;
  readonly content: Buffer;
  readonly ciphertext?: unknown;
  readonly label: string;
}

const salt = Buffer.alloc(32, 1);
const nonce = Buffer.alloc(24, 2);
const good: Parts = {
  N: 2 ** 15,
  r: 8,
  p: 1,
  kdf: 'scrypt',
  cipher: 'nacl/secretbox',
  salt: salt.toString('base64'),
  nonce: nonce.toString('base64'),
  content: der,
  label: encryptedLabels[1],
};

/** An encrypted key made by hand, with the password `geheim`. */
function encrypted(changes: Partial<Parts>): string {
  const { N, r, p, kdf, cipher, label, content, ...parts } = { ...good, ...changes };
  const cost = [2 ** 15, 2 ** 16, 2 ** 17].find((known) => known === N) ?? 2 ** 4;
  const secret = scryptSync('geheim', salt, 32, { N: cost, r: 8, p: 1, maxmem: 1 << 28 });
  const sealed = Buffer.from(secretbox(secret, nonce).seal(content)).toString('base64');
  const box = {
    kdf: { name: kdf, params: { N, r, p }, salt: parts.salt },
    cipher: { name: cipher, nonce: parts.nonce },
    ciphertext: 'ciphertext' in parts ? parts.ciphertext : sealed,
  };
  return writePem(label, Buffer.from(JSON.stringify(box)));
}

for (const [power, label] of [
  [15, encryptedLabels[1]],
  [16, encryptedLabels[1]],
  [17, encryptedLabels[0]],
] as const) {
  test(`${label} with N = 2^${power} is read`, async () => {
    const pem = encrypted({ label, N: 2 ** power });
    assert.ok((await readPrivateKey(pem, 'a.key', passwordOf('geheim'))).equals(key));
  });
}

const spoiled: Readonly<Record<string, Partial<Parts>>> = {
  'work without an end': { N: 2 ** 30 },
  'more work than is usual': { N: 2 ** 18 },
  'too little work': { N: 2 ** 14 },
  'work that is no power of two': { N: 65537 },
  'work that is a text': { N: '65536' },
  'work that is not there': { N: undefined },
  'large blocks': { r: 1024 },
  'many lanes': { p: 1 << 20 },
  'another derivation': { kdf: 'argon2' },
  'another cipher': { cipher: 'aes-256-gcm' },
  'a short salt': { salt: 'AAAA' },
  'a salt that is none': { salt: {} },
  'a long nonce': { nonce: Buffer.alloc(25).toString('base64') },
  'no content': { ciphertext: undefined },
  'content that is not base64': { ciphertext: '!' },
};

describe('without asking for the password, it refuses', () => {
  for (const [what, changes] of Object.entries(spoiled)) {
    test(what, () => assert.rejects(readPrivateKey(encrypted(changes), 'a.key', never), { code: 'key-invalid' }));
  }

  const pkcs8 = key.export({ format: 'pem', type: 'pkcs8' });
  const texts: Readonly<Record<string, string>> = {
    nothing: '',
    'a public key': createPublicKey(key).export({ format: 'pem', type: 'spki' }),
    'JSON without the block around it': JSON.stringify({ kdf: {} }),
    'a block that does not end': pkcs8.replace(/-----END.*/, ''),
    'a block with a letter that is none of base64': pkcs8.replace('M', '*'),
    'a block of something else': writePem('PRIVATE KEY', Buffer.from('nothing of the kind')),
    'PKCS #8 with its own encryption': writePem('ENCRYPTED PRIVATE KEY', der),
    'encryption in the headers': pkcs8.replace('KEY-----\n', 'KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: X,00\n\n'),
    'JSON that is a list': writePem(encryptedLabels[0], Buffer.from('[]')),
    'JSON without a bottom': writePem(encryptedLabels[0], Buffer.from('['.repeat(20_000))),
    'a file that is larger than any key': `${' '.repeat(70_000)}${pkcs8}`,
  };
  for (const [what, text] of Object.entries(texts)) {
    test(what, () => assert.rejects(readPrivateKey(text, 'a.key', never), { code: 'key-invalid' }));
  }
});

test('content that is no key is found when it is open', async () => {
  const pem = encrypted({ content: Buffer.from('not a key') });
  await assert.rejects(readPrivateKey(pem, 'a.key', passwordOf('geheim')), { code: 'key-invalid' });
});

test('content that is too short to be sealed is not opened', async () => {
  const pem = encrypted({ ciphertext: 'AAAA' });
  await assert.rejects(readPrivateKey(pem, 'a.key', passwordOf('geheim')), { code: 'key-password-wrong' });
});

test('keys that are not encrypted are read in every form', async () => {
  const rsa = generateKey('rsa-3072');
  const forms = [
    [key, key.export({ format: 'pem', type: 'pkcs8' })],
    [key, key.export({ format: 'pem', type: 'sec1' })],
    [rsa, rsa.export({ format: 'pem', type: 'pkcs8' })],
    [rsa, rsa.export({ format: 'pem', type: 'pkcs1' })],
    // As openssl ecparam -genkey writes it, and with the line ends of Windows.
    [key, `${writePem('EC PARAMETERS', Buffer.of(6, 0))}${key.export({ format: 'pem', type: 'sec1' })}`],
    [key, key.export({ format: 'pem', type: 'pkcs8' }).replaceAll('\n', '\r\n')],
  ] as const;
  for (const [expected, pem] of forms) {
    assert.ok(!isEncryptedKey(pem));
    assert.ok((await readPrivateKey(pem, 'a.key', never)).equals(expected));
  }
});

test('any text is a key or a typed error', async () => {
  const labels = fc.constantFrom(...encryptedLabels, 'PRIVATE KEY', 'EC PRIVATE KEY', 'RSA PRIVATE KEY', 'PUBLIC KEY');
  const block = fc
    .tuple(
      labels,
      fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc.json().map((text) => Buffer.from(text)),
      ),
    )
    .map(([label, body]) => writePem(label, Buffer.from(body)));
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), block), async (text) => {
      try {
        await readPrivateKey(text, 'a.key', passwordOf('x'));
      } catch (error) {
        assert.ok(error instanceof BullaError, String(error));
      }
    }),
  );
});

test('what is written as PEM is read as it was', () => {
  const label = fc.constantFrom('PRIVATE KEY', 'A B');
  fc.assert(
    fc.property(label, fc.uint8Array({ minLength: 1, maxLength: 300 }), (name, bytes) => {
      const block = readPem(writePem(name, Buffer.from(bytes)), name);
      assert.deepEqual({ ...block }, { ...block, label: name, headers: '', body: Buffer.from(bytes) });
    }),
  );
});

/** Made by `cosign generate-key-pair` of version 2.5.3, for this test, with the password `geheim`. */
const cosignPair = {
  privateKey: `-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----
eyJrZGYiOnsibmFtZSI6InNjcnlwdCIsInBhcmFtcyI6eyJOIjo2NTUzNiwiciI6
OCwicCI6MX0sInNhbHQiOiJQdS9BY1I4MTh5azNhL3I3dEx0dXoyN0M2dVUwMlkw
RWRRMWV1QSt3QW4wPSJ9LCJjaXBoZXIiOnsibmFtZSI6Im5hY2wvc2VjcmV0Ym94
Iiwibm9uY2UiOiJhQ1VHRmtnTmt4NWR3c2tlNDV0M3J5Rlg4OEl4VjFYUCJ9LCJj
aXBoZXJ0ZXh0IjoiTTNOeXZwMUNONVVXZERuNENVYnU2d1ZRYUcvYWErTzIxTWZ3
Vkt1NW1IQVVNKzdUT0tUU0hwVmlxUndlYld6dDVyOXVpdGhRYmhJVTFLSlltSkRB
SVNLVXMwNGx4WTZPczhZRFZzT3RpbmpsSTQ5ckx5S3ZvMkpMUklEL28wdFh6NjI0
Wmo5NEE1MW4vcjB4bW5IOVFOM2pKTjYrTDZZU1gzbS9IYUR0T1lKdTUrRVBJUCt5
OHhHY2NsU09yZ1QyMFRSWFJFN2ZSUWdTMWc9PSJ9
-----END ENCRYPTED SIGSTORE PRIVATE KEY-----
`,
  publicKey: `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEpEgJRmk+XrplYnVrwKHTVtVVsHhV
EPpPIsAWOh9oCjx7tzcNsB9jHTL8BHRoKoe6A+4GBItUikUE7wg2he3e3w==
-----END PUBLIC KEY-----
`,
};
