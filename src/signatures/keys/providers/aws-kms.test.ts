import assert from 'node:assert/strict';
import { createPublicKey, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { asObject, parseJson } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { generateKey, keyAlgorithms } from '#signatures/keys/algorithm.ts';
import { loadSigningKey, loadVerificationKey } from '#signatures/keys/load-key.ts';
import { fakeService, type Answer, type Asked } from '#signatures/keys/testing.ts';

const patience = { timeout: 500, pauses: [] };
const content = Buffer.from('what is signed');
const keys = new Map(keyAlgorithms.map((algorithm) => [`alias/${algorithm}`, generateKey(algorithm)]));
const asked: Asked[] = [];

const address = await fakeService((request): Answer => {
  asked.push(request);
  const wanted = asObject(parseJson(request.body));
  const key = keys.get(String(wanted?.['KeyId']));
  if (key === undefined) return { status: 400, body: { __type: 'NotFoundException', message: 'no such key' } };
  if (request.headers['x-amz-target'] === 'TrentService.GetPublicKey') {
    const der = createPublicKey(key).export({ format: 'der', type: 'spki' });
    return { status: 200, body: { PublicKey: der.toString('base64') } };
  }
  const [, bits] = /_SHA_(\d+)$/.exec(String(wanted?.['SigningAlgorithm'])) ?? [];
  const signature = sign(wanted?.['MessageType'] === 'RAW' ? null : `sha${bits}`, content, key);
  return { status: 200, body: { Signature: signature.toString('base64') } };
});

const environment = {
  AWS_ENDPOINT_URL_KMS: address,
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'session',
};

for (const algorithm of keyAlgorithms) {
  test(`it signs with ${algorithm}, and its public key is the same`, async () => {
    const reference = `awskms:///alias/${algorithm}`;
    const key = await loadSigningKey(reference, { environment, patience });
    // Each signature is verified before it is given.
    assert.ok((await key.sign(content)).length > 0);
    assert.ok((await loadVerificationKey(reference, { environment, patience })).key.equals(key.publicKey));
  });
}

test('requests are signed, for the region of the key', async () => {
  const arn = 'arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  await assert.rejects(loadSigningKey(`awskms:///${arn}`, { environment, patience }), { code: 'key-not-found' });
  const { headers, body } = asked.at(-1) ?? {};
  assert.match(
    headers?.authorization?.toString() ?? '',
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-2\/kms\//,
  );
  assert.equal(headers?.['x-amz-security-token'], 'session');
  assert.deepEqual(parseJson(body ?? ''), { KeyId: arn });
});

const failures: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
  [{ AWS_REGION: '' }, 'key-not-found'],
  [{ AWS_REGION: 'a/b' }, 'key-not-found'],
  [{ AWS_ENDPOINT_URL_KMS: 'nowhere' }, 'key-not-found'],
  [{ AWS_ACCESS_KEY_ID: '' }, 'key-credentials-missing'],
  [{ AWS_ENDPOINT_URL_KMS: 'http://127.0.0.1:9' }, 'service-unreachable'],
];

for (const [changes, code] of failures) {
  test(`with ${JSON.stringify(changes)} it is ${code}`, async () => {
    const surroundings = { environment: { ...environment, ...changes }, patience };
    await assert.rejects(loadSigningKey('awskms:///alias/ecdsa-p256', surroundings), { code });
  });
}

for (const [status, body, code] of [
  [200, {}, 'service-invalid'],
  [200, 'text', 'service-invalid'],
  [200, { PublicKey: 'AAAA' }, 'service-invalid'],
  [400, { __type: 'com.amazonaws#AccessDeniedException', Message: 'no\u001b[31m' }, 'service-failed'],
  [500, {}, 'service-failed'],
] as const) {
  test(`the answer ${status} ${JSON.stringify(body)} is ${code}`, async () => {
    const other = { ...environment, AWS_ENDPOINT_URL_KMS: await fakeService(() => ({ status, body })) };
    await assert.rejects(loadSigningKey('awskms:///alias/a', { environment: other, patience }), { code });
  });
}

const folder = newFolder();
const tokenFile = join(folder, 'token');
writeFileSync(tokenFile, 'a.web.token\n');
const lent: Asked[] = [];
let lifetime = 3_600_000;

/** The Security Token Service, and the endpoint of a container. */
const lender = await fakeService((request): Answer => {
  lent.push(request);
  const end = new Date(Date.now() + lifetime).toISOString();
  if (request.method === 'GET') {
    if (request.path !== '/creds?a=b' || request.headers.authorization !== 'Basic abc') {
      return { status: 403, body: { error: JSON.stringify(request.headers) } };
    }
    return {
      status: 200,
      body: { AccessKeyId: 'ASIACONTAINER', SecretAccessKey: 's', Token: 'lent', Expiration: end },
    };
  }
  const { WebIdentityToken: token, ...fields } = Object.fromEntries(new URLSearchParams(request.body));
  assert.deepEqual(fields, {
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: 'arn:aws:iam::111122223333:role/ci',
    RoleSessionName: 'run-7',
  });
  if (token !== 'a.web.token') {
    const text = `<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>${token}</Message></Error></ErrorResponse>`;
    return { status: 400, body: text };
  }
  const text = `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>
    <AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s+/=</SecretAccessKey><SessionToken>lent</SessionToken>
    <Expiration>${end}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;
  return { status: 200, body: text };
});

const bare = { AWS_ENDPOINT_URL_KMS: address, AWS_REGION: 'eu-central-1' };
const role = {
  AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/ci',
  AWS_ROLE_SESSION_NAME: 'run-7',
  AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
  AWS_ENDPOINT_URL_STS: lender,
};
const container = {
  AWS_CONTAINER_CREDENTIALS_FULL_URI: `${lender}/creds?a=b`,
  AWS_CONTAINER_AUTHORIZATION_TOKEN: 'Basic abc',
};

for (const [what, variables, id] of [
  ['a web identity', role, 'ASIAROLE'],
  ['a container', container, 'ASIACONTAINER'],
] as const) {
  test(`the credentials of ${what} are used, and asked for again when they end`, async (t) => {
    const surroundings = { environment: { ...bare, ...variables }, patience };
    const before = lent.length;
    const key = await loadSigningKey('awskms:///alias/ecdsa-p256', surroundings);
    await key.sign(content);
    const { headers } = asked.at(-1) ?? {};
    assert.match(headers?.authorization?.toString() ?? '', new RegExp(`Credential=${id}/`));
    assert.equal(headers?.['x-amz-security-token'], 'lent');
    assert.equal(lent.length - before, 1);
    lifetime = 30_000;
    t.after(() => {
      lifetime = 3_600_000;
    });
    const short = await loadSigningKey('awskms:///alias/ecdsa-p256', surroundings);
    await short.sign(content);
    assert.equal(lent.length - before, 3);
  });
}

test('the token of a container may be in a file', async () => {
  const file = join(folder, 'basic');
  writeFileSync(file, 'Basic abc\n');
  const { AWS_CONTAINER_CREDENTIALS_FULL_URI } = container;
  const own = { ...bare, AWS_CONTAINER_CREDENTIALS_FULL_URI, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file };
  await loadSigningKey('awskms:///alias/ecdsa-p256', { environment: own, patience });
});

writeFileSync(join(folder, 'wrong'), 'secret-token');
for (const [what, variables, message] of [
  [
    'a wrong web identity',
    { ...role, AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'wrong') },
    /400, InvalidIdentityToken$/,
  ],
  [
    'no web identity',
    { ...role, AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'none') },
    /TOKEN_FILE names cannot be read/,
  ],
  ['a service in the clear', { ...role, AWS_ENDPOINT_URL_STS: 'http://sts.example' }, /Token Service is none/],
  ['a wrong container', { ...container, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'secret-token' }, /answers 403$/],
  ['a token in two lines', { ...container, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'a\nsecret-token' }, /container is none/],
  ['a container in the clear', { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://a.example/' }, /container is none/],
  ['a path that names a host', { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '@a.example/' }, /container is none/],
] as const) {
  test(`with ${what} there are no credentials, and no secret is told`, async () => {
    const surroundings = { environment: { ...bare, ...variables }, patience };
    await assert.rejects(loadSigningKey('awskms:///alias/ecdsa-p256', surroundings), (error: Error) => {
      assert.equal('code' in error && error.code, 'key-credentials-missing');
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /secret-token/);
      return true;
    });
  });
}
