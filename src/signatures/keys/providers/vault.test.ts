import assert from 'node:assert/strict';
import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { asObject, asText, parseJson } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { generateKey, keyAlgorithms, type KeyAlgorithm } from '#signatures/keys/algorithm.ts';
import { loadSigningKey, loadVerificationKey } from '#signatures/keys/load-key.ts';
import { fakeService, type Answer, type Asked } from '#signatures/keys/testing.ts';

const token = 'hvs.token-of-the-test';
const patience = { timeout: 500, pauses: [] };

/** Transit as Vault documents it: the versions of one key of each kind, and signatures of any of them. */
const versions = Object.fromEntries(
  keyAlgorithms.map((algorithm) => [algorithm, [generateKey(algorithm), generateKey(algorithm)]]),
);

const hashes = new Map([
  ['sha2-256', 'sha256'],
  ['sha2-384', 'sha384'],
  ['sha2-512', 'sha512'],
]);

const asked: Asked[] = [];

const address = await fakeService((request): Answer => {
  asked.push(request);
  const { method, path, headers, body } = request;
  if (headers['x-vault-token'] !== token) return { status: 403, body: { errors: ['permission denied'] } };
  const [, mount, verb = '', name = '', hash = ''] =
    /^\/v1\/([\w/]+)\/(keys|sign)\/([\w-]+)(?:\/(.+))?$/.exec(path) ?? [];
  const keys = mount === 'transit' || mount === 'team/signing' ? versions[name] : undefined;
  if (keys === undefined) return { status: 404, body: { errors: [] } };
  if (method === 'GET' && verb === 'keys') {
    const entries = keys.map((key, index) => [String(index + 1), { name, public_key: asVaultWrites(key) }]);
    return {
      status: 200,
      body: { data: { type: name, latest_version: keys.length, keys: Object.fromEntries(entries) } },
    };
  }
  const wanted = asObject(parseJson(body));
  const version = Number(wanted?.['key_version']);
  const key = keys[version - 1];
  if (key === undefined) return { status: 400, body: { errors: ['no such version'] } };
  const input = Buffer.from(asText(wanted?.['input']) ?? '', 'base64');
  const signature = signAsVault(key, input, wanted?.['prehashed'] === true, hashes.get(hash));
  return { status: 200, body: { data: { signature: `vault:v${version}:${signature.toString('base64')}` } } };
});

function asVaultWrites(key: KeyObject): string {
  const publicKey = createPublicKey(key);
  if (key.asymmetricKeyType !== 'ed25519') return publicKey.export({ format: 'pem', type: 'spki' });
  return Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64');
}

/** It cannot sign a digest alone, as Vault does; so it knows what the digests of the test are of. */
function signAsVault(key: KeyObject, input: Buffer, isDigest: boolean, hash: string | undefined): Buffer {
  return isDigest ? sign(hash, content, key) : sign(null, input, key);
}

const content = Buffer.from('what is signed');
const environment = { VAULT_ADDR: `${address}/`, VAULT_TOKEN: token };

for (const algorithm of keyAlgorithms) {
  for (const scheme of ['hashivault', 'openbao']) {
    test(`${scheme} signs with ${algorithm}, and its public key verifies`, async () => {
      const reference = `${scheme}://${algorithm}`;
      const key = await loadSigningKey(reference, { environment, patience });
      const { key: publicKey } = await loadVerificationKey(reference, { environment, patience });
      assert.ok(isGood(algorithm, publicKey, await key.sign(content)));
      assert.ok(publicKey.equals(createPublicKey(versions[algorithm]?.[1] ?? '')));
    });
  }
}

function isGood(algorithm: KeyAlgorithm, key: KeyObject, signature: Buffer): boolean {
  const hash = {
    'ecdsa-p256': 'sha256',
    'ecdsa-p384': 'sha384',
    'ecdsa-p521': 'sha512',
    'rsa-3072': 'sha256',
    ed25519: null,
  };
  return verify(hash[algorithm], content, key, signature);
}

test('what is sent is a digest, for DER and PKCS #1 v1.5', async () => {
  const key = await loadSigningKey('hashivault://ecdsa-p384', { environment, patience });
  await key.sign(content);
  const { path, body } = asked.at(-1) ?? {};
  assert.equal(path, '/v1/transit/sign/ecdsa-p384/sha2-384');
  const { input, ...rest } = asObject(parseJson(body ?? '')) ?? {};
  assert.equal(Buffer.from(asText(input) ?? '', 'base64').length, 48);
  assert.deepEqual(rest, {
    prehashed: true,
    key_version: 2,
    signature_algorithm: 'pkcs1v15',
    marshaling_algorithm: 'asn1',
  });
});

test('an older version is named by its number', async () => {
  const key = await loadSigningKey('hashivault://ecdsa-p256/1', { environment, patience });
  assert.ok(isGood('ecdsa-p256', createPublicKey(versions['ecdsa-p256']?.[0] ?? ''), await key.sign(content)));
  await assert.rejects(loadSigningKey('hashivault://ecdsa-p256/3', { environment, patience }), {
    code: 'key-not-found',
    hint: /1, 2/,
  });
});

test('engine, namespace and token come from where Vault has them', async () => {
  const home = newFolder();
  writeFileSync(join(home, '.vault-token'), `${token}\n`);
  const elsewhere = {
    BAO_ADDR: address,
    HOME: home,
    BAO_NAMESPACE: 'team-a',
    TRANSIT_SECRET_ENGINE_PATH: '/team/signing/',
  };
  await loadVerificationKey('openbao://ed25519', { environment: elsewhere, patience });
  const { path, headers } = asked.at(-1) ?? {};
  assert.equal(path, '/v1/team/signing/keys/ed25519');
  assert.equal(headers?.['x-vault-namespace'], 'team-a');
  mkdirSync(join(home, 'empty'));
  await assert.rejects(
    loadVerificationKey('openbao://ed25519', { environment: { ...elsewhere, HOME: join(home, 'empty') }, patience }),
    { code: 'key-credentials-missing' },
  );
});

test('a token that is none is not told', async () => {
  const broken = { ...environment, VAULT_TOKEN: 'hvs.geheim\nx' };
  await assert.rejects(loadVerificationKey('hashivault://ecdsa-p256', { environment: broken, patience }), {
    code: 'key-credentials-missing',
    message: /^(?!.*geheim)/s,
  });
});

const failures: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
  ['hashivault://none', {}, 'key-not-found'],
  ['hashivault://ecdsa-p256', { VAULT_TOKEN: 'another' }, 'service-failed'],
  ['hashivault://ecdsa-p256', { VAULT_ADDR: 'http://127.0.0.1:9' }, 'service-unreachable'],
  ['hashivault://ecdsa-p256', { VAULT_ADDR: 'vault.example' }, 'key-not-found'],
  ['hashivault://ecdsa-p256', { VAULT_ADDR: 'file:///etc' }, 'key-not-found'],
  ['hashivault://ecdsa-p256', { VAULT_ADDR: '' }, 'key-not-found'],
];

for (const [reference, changes, code] of failures) {
  test(`${reference} with ${JSON.stringify(changes)} is ${code}`, async () => {
    const surroundings = { environment: { ...environment, ...changes }, patience };
    await assert.rejects(loadSigningKey(reference, surroundings), { code });
  });
}

const nonsense: readonly unknown[] = [
  null,
  [],
  'text',
  {},
  { data: [] },
  { data: { latest_version: 1 } },
  { data: { latest_version: 'x', keys: {} } },
  { data: { latest_version: 1, keys: { 1: { public_key: 'no key' } } } },
  { data: { latest_version: 1, keys: { 1: { public_key: '-----BEGIN PUBLIC KEY-----' } } } },
  { data: { latest_version: 1, keys: { 1: { public_key: 'AAAA' } } } },
];

for (const body of nonsense) {
  test(`the answer ${JSON.stringify(body)} is no key`, async () => {
    const other = { VAULT_ADDR: await fakeService(() => ({ status: 200, body })), VAULT_TOKEN: token };
    await assert.rejects(loadSigningKey('hashivault://a', { environment: other, patience }), {
      code: 'service-invalid',
    });
  });
}

test('a signature that does not fit is not passed on', async () => {
  const pem = asVaultWrites(generateKey('ecdsa-p256'));
  for (const signature of ['vault:v1:AAAA', 'vault:v1:', 'AAAA', undefined, 7]) {
    const data = { latest_version: 1, keys: { 1: { public_key: pem } }, signature };
    const other = { VAULT_ADDR: await fakeService(() => ({ status: 200, body: { data } })), VAULT_TOKEN: token };
    const key = await loadSigningKey('hashivault://a', { environment: other, patience });
    await assert.rejects(key.sign(content), { code: 'service-invalid' });
  }
});
