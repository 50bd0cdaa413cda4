import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { digestOf } from '#kit/digest.ts';
import { artifactOfDigest } from '#signatures/artifact.ts';
import { createBox } from '#signatures/box/box.ts';
import { listen } from '#signatures/box/http/listen.ts';
import { createBoxServer, type Spoiled } from '#signatures/box/http/server.ts';
import { createToken } from '#signatures/box/http/token.ts';
import { readBundle } from '#signatures/bundle/read-bundle.ts';
import { writeBundle } from '#signatures/bundle/write-bundle.ts';
import { isRefusal, type RefusalCode } from '#signatures/refusal.ts';
import { signatureStatement } from '#signatures/sign/payloads.ts';
import { signContent, type SigningIdentity, type SigningServices } from '#signatures/sign/sign-content.ts';
import type { Signed } from '#signatures/signed.ts';
import { readTrustRoot } from '#signatures/trust/trust-root.ts';
import { verifySigned } from '#signatures/verify.ts';
import { certifyKey } from './fulcio.ts';
import { publishInRekor } from './rekor.ts';
import { publishInRekorTiles } from './rekor-tiles.ts';
import { requestTimestamp } from './timestamp-authority.ts';

const box = createBox();
const server = createBoxServer(box, () => new Date());
const listening = await listen(server);
const { origin } = listening;
after(() => listening.close());

const trust = readTrustRoot(JSON.stringify(box.trustedRoot), 'the box');
const digest = digestOf('an image');
const hasty = { timeout: 200, pauses: [1, 1] };
const expires = Math.floor(Date.now() / 1000) + 600;
const token = createToken({ iss: 'https://issuer.example', sub: 'someone', aud: 'sigstore', exp: expires });

const pemOf = (der: Buffer) => new X509Certificate(der).toString();
const timestamp = (bytes: Buffer) => requestTimestamp(`${origin}/api/v1/timestamp`, bytes, hasty);

/** Signs an image for the bearer of the token, with a log of either version or none. */
async function signKeyless(log: 'v1' | 'v2' | 'none'): Promise<Signed> {
  const identity = await certifyKey(origin, token, hasty);
  const leaf = identity.material.kind === 'certificate' ? identity.material.leaf : Buffer.alloc(0);
  const publish = {
    none: undefined,
    v1: (signed: Signed, bytes: Buffer) => publishInRekor(origin, signed, bytes, pemOf(leaf), hasty),
    v2: (signed: Signed, bytes: Buffer) => publishInRekorTiles(origin, signed, bytes, identity.publicKey, hasty),
  }[log];
  return signContent(signatureStatement(digest, {}), identity, { timestamp, publish });
}

function verdictOf(signed: Signed): RefusalCode | 'accepted' {
  const read = readBundle(writeBundle(signed));
  const log = signed.log.length === 0 ? 'optional' : 'required';
  const outcome = isRefusal(read)
    ? read
    : verifySigned(read, { trust, keys: [], log, now: new Date() }, artifactOfDigest(digest));
  return isRefusal(outcome) ? outcome.refused : 'accepted';
}

for (const log of ['v1', 'v2', 'none'] as const) {
  test(`what is signed with an identity token and log ${log} is accepted`, async () => {
    assert.equal(verdictOf(await signKeyless(log)), 'accepted');
  });
}

test('what is written as a bundle is read as the same, but for what lies between the certificate and its root', async () => {
  const signed = await signKeyless('v1');
  assert.ok(signed.signer.kind === 'certificate');
  assert.deepEqual(readBundle(writeBundle(signed)), { ...signed, signer: { ...signed.signer, intermediates: [] } });
});

test('a signature of a key is published with the key, and a second time found where it is', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // The same signature each time, as a client that was interrupted sends it again.
  let made: Promise<Buffer> | undefined;
  const identity: SigningIdentity = {
    sign: (bytes) => (made ??= Promise.resolve(sign('sha256', bytes, privateKey))),
    material: { kind: 'key' },
  };
  const pem = publicKey.export({ format: 'pem', type: 'spki' });
  const services: SigningServices = { publish: (signed, bytes) => publishInRekor(origin, signed, bytes, pem, hasty) };
  const content = signatureStatement(digest, {});
  const [first, second] = [
    await signContent(content, identity, services),
    await signContent(content, identity, services),
  ];
  assert.deepEqual(second, first);
  const keys = [{ key: createPublicKey(pem), name: 'key.pub' }];
  const outcome = verifySigned(first, { trust, keys, log: 'required', now: new Date() }, artifactOfDigest(digest));
  assert.ok(!isRefusal(outcome));
});

describe('what services do wrong is found by whoever verifies', () => {
  const cases: readonly [fault: Spoiled, log: 'v1' | 'v2', refused: RefusalCode][] = [
    ['no-sct', 'v1', 'sct-missing'],
    ['wrong-sct', 'v1', 'sct-invalid'],
    ['wrong-promise', 'v1', 'log-promise-invalid'],
    ['wrong-checkpoint', 'v2', 'log-checkpoint-invalid'],
    ['forged-timestamp', 'v1', 'timestamp-invalid'],
    ['log-clock-skew', 'v1', 'time-in-future'],
    ['timestamp-clock-skew', 'v2', 'time-in-future'],
  ];
  for (const [fault, log, refused] of cases) {
    test(fault, async () => {
      server.spoil(fault);
      try {
        assert.equal(verdictOf(await signKeyless(log)), refused);
      } finally {
        server.spoil();
      }
    });
  }
});

describe('a service that is down for a moment is asked again, and one that stays down is named', () => {
  for (const outage of [502, 503, 429, 'hang'] as const) {
    test(`once ${outage}`, async () => {
      server.fail('rekor1', outage, 1);
      assert.equal(verdictOf(await signKeyless('v1')), 'accepted');
    });

    test(`always ${outage}`, async () => {
      server.fail('tsa', outage);
      const code = outage === 'hang' ? 'service-unreachable' : 'service-failed';
      await assert.rejects(signKeyless('none'), { code });
      server.mend('tsa');
    });
  }
});

test('a token that is none, or has expired, is not sent', async () => {
  const before = server.seen.length;
  const old = createToken({ iss: 'i', sub: 's', aud: 'sigstore', exp: 1 });
  for (const bad of ['', 'a.b.c', old]) await assert.rejects(certifyKey(origin, bad, hasty), { code: 'token-invalid' });
  assert.equal(server.seen.length, before);
});

test('a token for somebody else is refused by the authority', async () => {
  const other = createToken({ iss: 'i', sub: 's', aud: 'other', exp: expires });
  await assert.rejects(certifyKey(origin, other, hasty), { code: 'service-failed' });
});
