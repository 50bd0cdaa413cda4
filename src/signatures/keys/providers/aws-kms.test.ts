import assert from 'node:assert/strict';
import { createPublicKey, sign } from 'node:crypto';
import { test } from 'node:test';
import { asObject, parseJson } from '#kit/narrow.ts';
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
