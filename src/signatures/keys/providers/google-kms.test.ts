import assert from 'node:assert/strict';
import { createHash, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { asObject, asText, parseJson } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { crc32c } from '#signatures/keys/crc32c.ts';
import { generateKey } from '#signatures/keys/algorithm.ts';
import { loadSigningKey, loadVerificationKey } from '#signatures/keys/load-key.ts';
import { fakeProgram, fakeService, type Answer, type Asked } from '#signatures/keys/testing.ts';

const patience = { timeout: 500, pauses: [] };
const content = Buffer.from('what is signed');
const ring = 'projects/p-1/locations/europe-west3/keyRings/ring/cryptoKeys';
const rsa = generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey;

/** Keys, and the algorithms of their versions. */
const keys: Readonly<Record<string, readonly (readonly [algorithm: string, key: KeyObject, state?: string])[]>> = {
  p256: [['EC_SIGN_P256_SHA256', generateKey('ecdsa-p256')]],
  p384: [['EC_SIGN_P384_SHA384', generateKey('ecdsa-p384')]],
  rsa: [['RSA_SIGN_PKCS1_3072_SHA256', generateKey('rsa-3072')]],
  ed25519: [['EC_SIGN_ED25519', generateKey('ed25519')]],
  sha512: [['RSA_SIGN_PKCS1_4096_SHA512', rsa]],
  pss: [['RSA_SIGN_PSS_4096_SHA256', rsa]],
  k1: [['EC_SIGN_SECP256K1_SHA256', generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey]],
  // Ten sorts before nine as a text.
  rotated: [
    ...Array.from({ length: 10 }, () => ['EC_SIGN_P256_SHA256', generateKey('ecdsa-p256')] as const),
    ['EC_SIGN_P256_SHA256', generateKey('ecdsa-p256'), 'DISABLED'],
  ],
  encrypts: [['RSA_DECRYPT_OAEP_4096_SHA256', rsa]],
};

const pemOf = (key: KeyObject) => createPublicKey(key).export({ format: 'pem', type: 'spki' });

/** Google's service, with what it says changed. */
function service(change: (answer: Readonly<Record<string, unknown>>) => object = (answer) => answer) {
  return fakeService((asked) => {
    if (asked.headers.authorization !== 'Bearer ya29.token') return { status: 401, body: { error: 'who?' } };
    const { status, body } = answerOf(asked);
    return { status, body: change(body) };
  });
}

function answerOf({ method, path, body }: Asked): Answer & { readonly body: Readonly<Record<string, unknown>> } {
  const [, key = '', rest = ''] =
    /^\/v1\/projects\/p-1\/.*\/cryptoKeys\/(\w+)\/cryptoKeyVersions(.*)$/.exec(path) ?? [];
  const versions = keys[key];
  if (versions === undefined) return { status: 404, body: {} };
  const base = `${ring}/${key}/cryptoKeyVersions`;
  if (rest.startsWith('?')) {
    // One a page.
    const page = Number(new URLSearchParams(rest).get('pageToken') ?? 0);
    const [algorithm, , state = 'ENABLED'] = versions[page] ?? [];
    const nextPageToken = page + 1 < versions.length ? String(page + 1) : '';
    return {
      status: 200,
      body: { cryptoKeyVersions: [{ name: `${base}/${page + 1}`, algorithm, state }], nextPageToken },
    };
  }
  const [, version = '', action] = /^\/(\d+)(\/publicKey|:asymmetricSign)$/.exec(rest) ?? [];
  const [algorithm, privateKey] = versions[Number(version) - 1] ?? [];
  if (privateKey === undefined) return { status: 404, body: {} };
  const name = `${base}/${version}`;
  if (action === '/publicKey' && method === 'GET') {
    const pem = pemOf(privateKey);
    return { status: 200, body: { name, pem, algorithm, pemCrc32c: String(crc32c(Buffer.from(pem))) } };
  }
  const wanted = asObject(parseJson(body)) ?? {};
  const [hash, digest] = Object.entries(asObject(wanted['digest']) ?? {})[0] ?? [];
  const input = Buffer.from(asText(digest ?? wanted['data']) ?? '', 'base64');
  assert.deepEqual(input, hash === undefined ? content : createHash(hash).update(content).digest());
  const isWhole = crc32c(input) === Number(wanted['digestCrc32c'] ?? wanted['dataCrc32c']);
  const signature = sign(hash ?? null, content, privateKey);
  return {
    status: 200,
    body: {
      name,
      signature: signature.toString('base64'),
      signatureCrc32c: String(crc32c(signature)),
      [hash === undefined ? 'verifiedDataCrc32c' : 'verifiedDigestCrc32c']: isWhole,
    },
  };
}

const address = await service();
const environment = {
  CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS: address,
  GOOGLE_OAUTH_ACCESS_TOKEN: 'ya29.token',
};

for (const [name, hash] of [
  ['p256', 'sha256'],
  ['p384', 'sha384'],
  ['rsa', 'sha256'],
  ['ed25519', null],
] as const) {
  test(`it signs with ${name}, and its public key is the same`, async () => {
    const reference = `gcpkms://${ring}/${name}`;
    const key = await loadSigningKey(reference, { environment, patience });
    assert.ok(verify(hash, content, key.publicKey, await key.sign(content)));
    assert.ok((await loadVerificationKey(reference, { environment, patience })).key.equals(key.publicKey));
  });
}

for (const [reference, version] of [
  ['rotated', 10],
  ['rotated/cryptoKeyVersions/3', 3],
  ['rotated/versions/3', 3],
] as const) {
  test(`${reference} is version ${version}`, async () => {
    const key = await loadSigningKey(`gcpkms://${ring}/${reference}`, { environment, patience });
    assert.ok(key.publicKey.equals(createPublicKey(keys['rotated']?.[version - 1]?.[1] ?? rsa)));
    assert.ok((await key.sign(content)).length > 0);
  });
}

for (const [reference, code, message] of [
  [`${ring}/none`, 'key-not-found', /has no gcpkms/],
  [`${ring}/p256/cryptoKeyVersions/7`, 'key-not-found', /has no gcpkms/],
  [`${ring}/encrypts`, 'key-not-found', /no version that is enabled and signs/],
  [`${ring}/sha512`, 'key-invalid', /signs with RSA_SIGN_PKCS1_4096_SHA512/],
  [`${ring}/pss`, 'key-invalid', /signs with RSA_SIGN_PSS_4096_SHA256/],
  [`${ring}/k1`, 'key-invalid', /secp256k1/],
  [`${ring}/../p256`, 'key-not-found', /is not the name/],
  [`${ring}/p256/cryptoKeyVersions/0`, 'key-not-found', /is not the name/],
  ['projects/p?x/locations/l/keyRings/r/cryptoKeys/k', 'key-not-found', /is not the name/],
] as const) {
  test(`${reference} is ${code}`, () =>
    assert.rejects(loadSigningKey(`gcpkms://${reference}`, { environment, patience }), { code, message }));
}

for (const [what, change] of Object.entries({
  'a damaged key': { pemCrc32c: '1' },
  'no key': { pem: 'x', pemCrc32c: String(crc32c(Buffer.from('x'))) },
  'a damaged request': { verifiedDigestCrc32c: false },
  'an unchecked request': { verifiedDigestCrc32c: undefined },
  'a damaged signature': { signatureCrc32c: '1' },
  'a signature of another version': { name: `${ring}/p256/cryptoKeyVersions/2` },
  'a signature of something else': { signature: 'AAAA', signatureCrc32c: undefined },
  'no signature': { signature: undefined },
  'a list without an end': { nextPageToken: '0' },
})) {
  test(`${what} is no answer`, async () => {
    const own = await service((answer) => ({ ...answer, ...change }));
    const surroundings = { environment: { ...environment, CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS: own }, patience };
    const attempt = async () => (await loadSigningKey(`gcpkms://${ring}/p256`, surroundings)).sign(content);
    await assert.rejects(attempt, { code: 'service-invalid' });
  });
}

const folder = newFolder();
const account = generateKeyPairSync('rsa', { modulusLength: 2048 });
let exchanges = 0;

/** Where tokens are given: to accounts that sign for themselves, and by the metadata server. */
const tokens = await fakeService(({ path, headers, body }): Answer => {
  exchanges++;
  const given = { access_token: 'ya29.token', expires_in: 3599, token_type: 'Bearer' };
  if (path === '/computeMetadata/v1/instance/service-accounts/default/token') {
    return headers['metadata-flavor'] === 'Google' ? { status: 200, body: given } : { status: 403, body: {} };
  }
  const form = new URLSearchParams(body);
  const [header = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
  const isSigned = verify(
    'sha256',
    Buffer.from(`${header}.${claims}`),
    account.publicKey,
    Buffer.from(signature, 'base64url'),
  );
  const { iss, aud, iat, exp } = asObject(parseJson(Buffer.from(claims, 'base64url'))) ?? {};
  const isRight = iss === 'ci@p-1.iam' && aud === `${tokens}/token` && Number(exp) - Number(iat) === 3600;
  if (isSigned && isRight) return { status: 200, body: given };
  return { status: 400, body: { error: 'invalid_grant', error_description: form.get('assertion') } };
});

function accountFile(name: string, changes: object = {}): string {
  const file = join(folder, name);
  const usual = {
    type: 'service_account',
    client_email: 'ci@p-1.iam',
    private_key: account.privateKey.export({ format: 'pem', type: 'pkcs8' }),
    private_key_id: 'k1',
    token_uri: `${tokens}/token`,
  };
  writeFileSync(file, JSON.stringify({ ...usual, ...changes }));
  return file;
}

const gcloud = fakeProgram(
  newFolder(),
  'gcloud',
  `if (process.argv.slice(2).join(' ') === 'auth print-access-token') console.log('ya29.token'); else process.exit(1);`,
);

for (const [what, variables] of Object.entries({
  'gcloud was told to use': { CLOUDSDK_AUTH_ACCESS_TOKEN: 'ya29.token\n' },
  'a service account gets': { GOOGLE_APPLICATION_CREDENTIALS: accountFile('right.json') },
  'the metadata server gives': { GCE_METADATA_HOST: new URL(tokens).host },
  'gcloud gives': { ...gcloud, HOME: folder },
})) {
  test(`the token that ${what} is used, and asked for once`, async () => {
    const before = exchanges;
    const surroundings = { environment: { CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS: address, ...variables }, patience };
    const key = await loadSigningKey(`gcpkms://${ring}/p256`, surroundings);
    assert.ok((await key.sign(content)).length > 0);
    assert.ok(exchanges - before <= 1);
  });
}

for (const [what, variables, message] of [
  ['none', {}, /no credentials of Google/],
  ['a token in two lines', { GOOGLE_OAUTH_ACCESS_TOKEN: 'secret\nx' }, /^(?!.*secret).* is none/],
  ['no file', { GOOGLE_APPLICATION_CREDENTIALS: join(folder, 'none') }, /cannot be read/],
  ['a file of another kind', { GOOGLE_APPLICATION_CREDENTIALS: accountFile('a', { type: 'x' }) }, /no service account/],
  ['a broken key', { GOOGLE_APPLICATION_CREDENTIALS: accountFile('b', { private_key: 'x' }) }, /no usable account/],
  ['a strange place', { GOOGLE_APPLICATION_CREDENTIALS: accountFile('c', { token_uri: 'http://a.b' }) }, /no usable/],
  // What was sent comes back in the answer, but not in the message.
  [
    'an unknown account',
    { GOOGLE_APPLICATION_CREDENTIALS: accountFile('d', { client_email: 'x' }) },
    /400, invalid_grant$/,
  ],
] as const) {
  test(`with ${what} there are no credentials`, async () => {
    const own = { PATH: newFolder(), CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS: address, ...variables };
    await assert.rejects(loadSigningKey(`gcpkms://${ring}/p256`, { environment: own, patience }), {
      code: 'key-credentials-missing',
      message,
    });
  });
}

test('the token goes to Google only, or where the environment says, and not in the clear', async () => {
  const own = { ...environment, CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS: 'http://kms.example' };
  await assert.rejects(loadSigningKey(`gcpkms://${ring}/p256`, { environment: own, patience }), {
    code: 'key-not-found',
    hint: /https/,
  });
});
