import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, privateEncrypt, sign, verify, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { asObject, parseJson } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { generateKey } from '#signatures/keys/algorithm.ts';
import { loadSigningKey, loadVerificationKey } from '#signatures/keys/load-key.ts';
import { fakeProgram, fakeService, type Answer, type Asked } from '#signatures/keys/testing.ts';

const patience = { timeout: 500, pauses: [] };
const content = Buffer.from('what is signed');
const vault = 'team.vault.azure.net';

/** Versions of each key, the current one last. */
const keys: Readonly<Record<string, readonly KeyObject[]>> = {
  p256: [generateKey('ecdsa-p256'), generateKey('ecdsa-p256')],
  p384: [generateKey('ecdsa-p384')],
  p521: [generateKey('ecdsa-p521')],
  rsa: [generateKey('rsa-3072')],
  k1: [generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey],
};
const versionOf = (index: number) => String(index + 1).padStart(32, 'a');

let change: object = {};
const asked: Asked[] = [];

const address = await fakeService((request): Answer => {
  asked.push(request);
  if (request.headers.authorization !== 'Bearer token') return { status: 401, body: {} };
  const { pathname, searchParams } = new URL(request.path, 'http://a');
  if (searchParams.get('api-version') !== '7.4') return { status: 400, body: {} };
  const [, name = '', version, action] = /^\/keys\/(\w+)(?:\/(\w{32}))?(\/sign)?$/.exec(pathname) ?? [];
  const versions = keys[name] ?? [];
  const index = version === undefined ? versions.length - 1 : Number(version.replace(/^a+/, '')) - 1;
  const key = versions[index];
  if (key === undefined) return { status: 404, body: { error: { code: 'KeyNotFound' } } };
  const kid = `https://${vault}/keys/${name}/${versionOf(index)}`;
  if (action === undefined) {
    const jwk = createPublicKey(key).export({ format: 'jwk' });
    const crv = jwk.crv === 'secp256k1' ? 'P-256K' : jwk.crv;
    return { status: 200, body: { key: { ...jwk, crv, kty: `${jwk.kty}-HSM`, kid, ...change } } };
  }
  const { alg, value } = asObject(parseJson(request.body)) ?? {};
  const hash = { ES256: 'sha256', ES384: 'sha384', ES512: 'sha512', RS256: 'sha256' }[String(alg)];
  // Of the content, as Node.js signs no digests of ECDSA.
  const signature =
    alg === 'RS256'
      ? privateEncrypt(key, Buffer.concat([digestInfo, Buffer.from(String(value), 'base64url')]))
      : sign(hash, content, { key, dsaEncoding: 'ieee-p1363' });
  return { status: 200, body: { kid, value: signature.toString('base64url'), ...change } };
});

/** What PKCS #1 has before a digest of SHA-256 (RFC 8017, 9.2). */
const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex');

// Vaults have names, not addresses on this machine.
const realFetch = globalThis.fetch;
globalThis.fetch = (input, options) => {
  const url = input instanceof Request ? input.url : String(input);
  assert.ok(!url.startsWith('https://') || url.startsWith(`https://${vault}/`), url);
  return realFetch(url.replace(`https://${vault}`, address), options);
};
after(() => {
  globalThis.fetch = realFetch;
});

const folder = newFolder();
const tokenFile = join(folder, 'token');
writeFileSync(tokenFile, 'federated\n');
let exchanges = 0;
let lifetime = '3599';

const tokens = await fakeService(({ method, path, headers, body }): Answer => {
  exchanges++;
  const form = new URLSearchParams(method === 'GET' ? path.split('?')[1] : body);
  const given = { status: 200, body: { access_token: 'token', expires_in: lifetime } };
  const isKnown =
    method === 'GET'
      ? path.startsWith('/identity?') &&
        headers['x-identity-header'] === 'header' &&
        form.get('resource') === 'https://vault.azure.net'
      : path === '/tenant/oauth2/v2.0/token' &&
        form.get('client_id') === 'app' &&
        form.get('grant_type') === 'client_credentials' &&
        form.get('scope') === 'https://vault.azure.net/.default' &&
        (form.get('client_secret') === 'secret' || form.get('client_assertion') === 'federated');
  return isKnown ? given : { status: 401, body: { error: 'invalid_client', error_description: form.toString() } };
});

const application = { AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_ID: 'app', AZURE_AUTHORITY_HOST: tokens };
const environment = { ...application, AZURE_CLIENT_SECRET: 'secret' };

for (const [name, hash] of [
  ['p256', 'sha256'],
  ['p384', 'sha384'],
  ['p521', 'sha512'],
  ['rsa', 'sha256'],
] as const) {
  test(`it signs with ${name}, and its public key is the same`, async () => {
    const reference = `azurekms://${vault}/${name}`;
    const key = await loadSigningKey(reference, { environment, patience });
    assert.ok(verify(hash, content, key.publicKey, await key.sign(content)));
    assert.ok((await loadVerificationKey(reference, { environment, patience })).key.equals(key.publicKey));
  });
}

test('the current version is kept for the run; another may be named', async () => {
  const versions = (keys['p256'] ?? []).map((key) => createPublicKey(key));
  const current = await loadSigningKey(`azurekms://${vault}/p256`, { environment, patience });
  await current.sign(content);
  assert.equal(asked.at(-1)?.path.split('?')[0], `/keys/p256/${versionOf(1)}/sign`);
  const old = await loadSigningKey(`azurekms://${vault}/p256/${versionOf(0)}`, { environment, patience });
  assert.ok((await old.sign(content)).length > 0);
  assert.deepEqual(
    [current, old].map(({ publicKey }) => versions.findIndex((version) => version.equals(publicKey))),
    [1, 0],
  );
});

for (const [reference, code] of [
  [`${vault}/none`, 'key-not-found'],
  [`${vault}/p256/${versionOf(7)}`, 'key-not-found'],
  [`${vault}/k1`, 'service-invalid'],
  [vault, 'key-not-found'],
  ['team/p256', 'key-not-found'],
  ['team.vault.azure.net.example/p256', 'key-not-found'],
  ['vault.azure.net/p256', 'key-not-found'],
  ['a@team.vault.azure.net/p256', 'key-not-found'],
  ['team.vault.azure.net:444/p256', 'key-not-found'],
  [`${vault}/../secrets`, 'key-not-found'],
] as const) {
  test(`${reference} is ${code}`, () =>
    assert.rejects(loadSigningKey(`azurekms://${reference}`, { environment, patience }), { code }));
}

for (const [what, changes] of Object.entries({
  'a key without a version': { kid: 'x/' },
  'a key that is none': { x: 'AA' },
  'a symmetric key': { kty: 'oct' },
  'no signature': { value: 1 },
  'half a signature': { value: 'AAAA' },
  'a signature of something else': { value: Buffer.alloc(64, 1).toString('base64url') },
})) {
  test(`${what} is no answer`, async (t) => {
    change = changes;
    t.after(() => {
      change = {};
    });
    const attempt = async () =>
      (await loadSigningKey(`azurekms://${vault}/p256`, { environment, patience })).sign(content);
    await assert.rejects(attempt, { code: 'service-invalid' });
  });
}

const az = fakeProgram(
  newFolder(),
  'az',
  `const words = 'account get-access-token --resource https://vault.azure.net --output json';
   if (process.argv.slice(2).join(' ') !== words) process.exit(1);
   console.log(JSON.stringify({ accessToken: 'token', expires_on: Date.now() / 1000 + 3600 }));`,
);

for (const [what, variables] of Object.entries({
  'an application gets by its secret': environment,
  'an application gets by a token': { ...application, AZURE_FEDERATED_TOKEN_FILE: tokenFile },
  'a managed identity has': { IDENTITY_ENDPOINT: `${tokens}/identity`, IDENTITY_HEADER: 'header' },
  'az gives': { ...az, HOME: folder },
})) {
  test(`the token that ${what} is used, and asked for once`, async () => {
    const before = exchanges;
    const key = await loadSigningKey(`azurekms://${vault}/p256`, { environment: variables, patience });
    assert.ok((await key.sign(content)).length > 0);
    assert.ok(exchanges - before <= 1);
  });
}

test('a token that is about to end is asked for again', async (t) => {
  lifetime = '30';
  t.after(() => {
    lifetime = '3599';
  });
  const before = exchanges;
  const key = await loadSigningKey(`azurekms://${vault}/p256`, { environment, patience });
  await key.sign(content);
  assert.equal(exchanges - before, 2);
});

for (const [what, variables, message] of [
  ['none', {}, /no credentials of Azure/],
  ['an application without a proof', application, /no credentials of Azure/],
  ['a wrong secret', { ...environment, AZURE_CLIENT_SECRET: 'geheim' }, /401, invalid_client$/],
  ['a missing file', { ...application, AZURE_FEDERATED_TOKEN_FILE: '/none' }, /AZURE_FEDERATED_TOKEN_FILE .* read/],
  ['an authority in the clear', { ...environment, AZURE_AUTHORITY_HOST: 'http://a.example' }, /where .* logs in/],
  ['a tenant that leads elsewhere', { ...environment, AZURE_TENANT_ID: '../a/b' }, /where .* logs in/],
] as const) {
  test(`with ${what} there are no credentials`, async () => {
    const own = { PATH: newFolder(), ...variables };
    await assert.rejects(loadSigningKey(`azurekms://${vault}/p256`, { environment: own, patience }), {
      code: 'key-credentials-missing',
      message,
    });
  });
}
