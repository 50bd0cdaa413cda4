import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, VerificationError, Verifier } from '@sigstore/verify';
import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { createBox } from '#signatures/box/box.ts';
import { pemOf, spkiOf } from '#signatures/box/certificate.ts';
import { der } from '#signatures/certificate/der.ts';
import { missingOpenssl, openssl } from '#signatures/box/testing.ts';
import { listen } from './listen.ts';
import { createBoxServer, type BoxServer, type Spoiled } from './server.ts';
import { createToken } from './token.ts';

const box = createBox();
const now = new Date('2025-06-01T12:00:00Z');
const artifact = Buffer.from('artifact');
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const claims = { iss: 'https://accounts.example.org', sub: '1', aud: 'sigstore', exp: now.getTime() / 1000 + 60 };
const anna = { ...claims, email: 'anna@example.org', email_verified: true };

const start = (): BoxServer => createBoxServer(box, () => now);

async function post(server: BoxServer, path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(body), ...(signal === undefined ? {} : { signal }) };
  return server.handle(new Request(`http://box${path}`, init));
}

async function read(response: Response): Promise<JsonObject> {
  return asObject(await response.json()) ?? {};
}

function certificateRequest(token: JsonObject, challenge: string): unknown {
  return {
    credentials: { oidcIdentityToken: createToken(token) },
    publicKeyRequest: {
      publicKey: { algorithm: 'ECDSA', content: pemOf('PUBLIC KEY', spkiOf(keys.publicKey)) },
      proofOfPossession: sign('sha256', Buffer.from(challenge), keys.privateKey).toString('base64'),
    },
  };
}

/** The certificates of Fulcio's answer, in PEM. */
async function certificatesOf(response: Response): Promise<readonly string[]> {
  const chain = asObject(asObject((await read(response))['signedCertificateEmbeddedSct'])?.['chain']);
  return asList(chain?.['certificates']).map((pem) => asText(pem) ?? '');
}

/** Signs as a client does, and has the bundle verified by the public implementation. */
async function signAndVerify(server: BoxServer): Promise<void> {
  const answer = await post(server, '/api/v2/signingCert', certificateRequest(anna, anna.email));
  const [leaf = ''] = await certificatesOf(answer);
  const rawBytes = leaf.replaceAll(/-----[A-Z ]+-----|\n/g, '');
  const signature = sign('sha256', artifact, keys.privateKey);
  const content = signature.toString('base64');
  const digest = createHash('sha256').update(artifact).digest();
  const first = await post(server, '/api/v1/log/entries', {
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: { hash: { algorithm: 'sha256', value: digest.toString('hex') } },
      signature: { content, publicKey: { content: Buffer.from(leaf).toString('base64') } },
    },
  });
  const second = await post(server, '/api/v2/log/entries', {
    hashedRekordRequestV002: {
      digest: digest.toString('base64'),
      signature: { content, verifier: { x509Certificate: { rawBytes }, keyDetails: 'PKIX_ECDSA_P256_SHA_256' } },
    },
  });
  const stamp = await post(server, '/api/v1/timestamp', {
    artifactHash: createHash('sha256').update(signature).digest('base64'),
    hashAlgorithm: 'sha256',
    certificates: true,
  });
  const signedTimestamp = Buffer.from(await stamp.arrayBuffer()).toString('base64');
  const bundle = {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      certificate: { rawBytes },
      tlogEntries: [entryOf(await read(first)), await second.json()],
      timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp }] },
    },
    messageSignature: {
      messageDigest: { algorithm: 'SHA2_256', digest: digest.toString('base64') },
      signature: content,
    },
  };
  new Verifier(toTrustMaterial(TrustedRoot.fromJSON(box.trustedRoot)), { tlogThreshold: 2 }).verify(
    toSignedEntity(bundleFromJSON(bundle), artifact),
    { subjectAlternativeName: anna.email, extensions: { issuer: anna.iss } },
  );
}

/** The entry of a bundle from the first API's answer. */
function entryOf(answer: JsonObject): unknown {
  const entry = asObject(Object.values(answer)[0]) ?? {};
  const verification = asObject(entry['verification']);
  const proof = asObject(verification?.['inclusionProof']);
  const base64 = (hex: unknown): string => Buffer.from(asText(hex) ?? '', 'hex').toString('base64');
  const promise = verification?.['signedEntryTimestamp'];
  return {
    logIndex: String(entry['logIndex']),
    logId: { keyId: base64(entry['logID']) },
    kindVersion: { kind: 'hashedrekord', version: '0.0.1' },
    integratedTime: String(entry['integratedTime']),
    canonicalizedBody: entry['body'],
    ...(promise === undefined ? {} : { inclusionPromise: { signedEntryTimestamp: promise } }),
    ...(proof === undefined
      ? {}
      : {
          inclusionProof: {
            logIndex: String(proof['logIndex']),
            treeSize: String(proof['treeSize']),
            rootHash: base64(proof['rootHash']),
            hashes: asList(proof['hashes']).map(base64),
            checkpoint: { envelope: proof['checkpoint'] },
          },
        }),
  };
}

test('server: what its services give makes a bundle that is accepted', () => signAndVerify(start()));

test('server: what its services spoil makes a bundle that is refused', async () => {
  const faults: readonly Spoiled[] = [
    'no-sct',
    'wrong-sct',
    'wrong-promise',
    'wrong-checkpoint',
    'wrong-root',
    'wrong-proof',
    'log-clock-skew',
    'forged-timestamp',
    'timestamp-clock-skew',
  ];
  for (const fault of faults) {
    const server = start();
    server.spoil(fault);
    await assert.rejects(signAndVerify(server), VerificationError, `${fault} was accepted`);
    server.spoil();
  }
});

test('server: a service is down until it is mended, or for a while', async () => {
  const server = start();
  server.fail('fulcio', 502);
  assert.equal((await post(server, '/api/v2/signingCert', {})).status, 502);
  server.fail('rekor2', 429, 1);
  const busy = await post(server, '/api/v2/log/entries', {});
  assert.deepEqual([busy.status, busy.headers.get('retry-after')], [429, '1']);
  assert.equal((await post(server, '/api/v2/log/entries', {})).status, 400, 'up again');
  server.mend('fulcio');
  await signAndVerify(server);
  assert.deepEqual(server.seen.slice(0, 2), ['POST /api/v2/signingCert', 'POST /api/v2/log/entries']);
});

test('server: a service hangs until the client goes away', async () => {
  const server = start();
  server.fail('tsa', 'hang');
  const client = new AbortController();
  setTimeout(() => client.abort(), 10);
  await assert.rejects(post(server, '/api/v1/timestamp', {}, client.signal), { name: 'AbortError' });
  const listening = await listen(server);
  try {
    const url = `${listening.origin}/api/v1/timestamp`;
    await assert.rejects(fetch(url, { method: 'POST', body: '{}', signal: AbortSignal.timeout(50) }), {
      name: 'TimeoutError',
    });
    assert.equal((await fetch(`${listening.origin}/api/v1/log/entries`, { method: 'POST', body: '{}' })).status, 400);
  } finally {
    await listening.close();
  }
});

test('fulcio: refuses tokens and proofs that are not valid', async () => {
  const server = start();
  const statusFor = async (token: JsonObject, challenge: string): Promise<number> =>
    (await post(server, '/api/v2/signingCert', certificateRequest(token, challenge))).status;
  assert.equal(await statusFor(anna, anna.email), 200);
  assert.equal(await statusFor(anna, 'someone else'), 400);
  assert.equal(await statusFor({ ...anna, email_verified: false }, anna.sub), 200, 'by the subject');
  assert.equal(await statusFor({ ...anna, aud: 'other' }, anna.email), 401);
  assert.equal(await statusFor({ ...anna, exp: now.getTime() / 1000 }, anna.email), 401);
  assert.equal((await post(server, '/api/v2/signingCert', null)).status, 401);
});

test('fulcio: a workflow becomes an identity and its claims', { skip: missingOpenssl }, async () => {
  const workflow = {
    ...claims,
    sub: 'repo:o/r:ref:refs/heads/main',
    job_workflow_ref: 'o/r/.github/workflows/w.yml@refs/heads/main',
    repository: 'o/r',
    repository_id: '42',
    event_name: 'push',
    run_id: '7',
    run_attempt: '1',
  };
  const [pem = ''] = await certificatesOf(
    await post(start(), '/api/v2/signingCert', certificateRequest(workflow, workflow.sub)),
  );
  const { output } = openssl(['x509', '-in', 'c', '-noout', '-text'], { c: pem });
  assert.match(output, /URI:https:\/\/github.com\/o\/r\/.github\/workflows\/w.yml@refs\/heads\/main\n/);
  assert.match(output, /57264.1.5: \s+o\/r\n/);
  assert.match(output, /57264.1.15: \s+..42\n/);
  assert.match(output, /57264.1.21: \s+.{2}https:\/\/github.com\/o\/r\/actions\/runs\/7\/attempts\/1\n/);
  assert.doesNotMatch(output, /57264.1.23:/);
});

test('rekor: an entry is there once, and can be had again', async () => {
  const server = start();
  const payload = Buffer.from('{}');
  const payloadType = 'application/vnd.in-toto+json';
  const sig = sign('sha256', Buffer.from(`DSSEv1 28 ${payloadType} 2 {}`), keys.privateKey).toString('base64');
  const proposal = (signature: string): unknown => ({
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      proposedContent: {
        envelope: JSON.stringify({
          payloadType,
          payload: payload.toString('base64'),
          signatures: [{ sig: signature }],
        }),
        verifiers: [Buffer.from(pemOf('PUBLIC KEY', spkiOf(keys.publicKey))).toString('base64')],
      },
    },
  });
  const first = await post(server, '/api/v1/log/entries', proposal(sig));
  assert.equal(first.status, 201);
  const again = await post(server, '/api/v1/log/entries', proposal(sig));
  assert.equal(again.status, 409);
  const place = again.headers.get('location') ?? '';
  assert.match(place, /^\/api\/v1\/log\/entries\/[0-9a-f]{80}$/);
  const found = await server.handle(new Request(`http://box${place}`));
  assert.deepEqual(await found.json(), await first.json());
  assert.equal((await server.handle(new Request('http://box/api/v1/log/entries/none'))).status, 404);
  assert.equal((await post(server, '/api/v1/log/entries', proposal('AAAA'))).status, 400, 'not signed');
});

test('server: whatever is asked is answered', async () => {
  const server = start();
  for (const path of ['/api/v2/signingCert', '/api/v1/log/entries', '/api/v2/log/entries', '/api/v1/timestamp']) {
    for (const body of ['', '{', 'null', '[]', '{"spec":1}', '\u0000']) {
      const { status } = await server.handle(new Request(`http://box${path}`, { method: 'POST', body }));
      assert.ok(status === 400 || status === 401, `${path} ${body}: ${status}`);
    }
  }
  assert.equal((await server.handle(new Request('http://box/'))).status, 404);
  assert.equal((await server.handle(new Request('http://box/api/v1/timestamp', { method: 'PUT' }))).status, 404);
});

test('tsa: OpenSSL asks, and accepts the answer to its question', { skip: missingOpenssl }, async () => {
  const query = queryWithNonce(createHash('sha256').update('data').digest());
  assert.match(openssl(['ts', '-query', '-in', 'query', '-text'], { query }).output, /Nonce: 0x123456\n/);
  const headers = { 'content-type': 'application/timestamp-query' };
  const asked = new Request('http://box/api/v1/timestamp', { method: 'POST', headers, body: new Uint8Array(query) });
  const response = await start().handle(asked);
  assert.equal(response.headers.get('content-type'), 'application/timestamp-reply');
  const [, root] = box.timestampAuthority.chain;
  assert.ok(root !== undefined);
  const files = { answer: Buffer.from(await response.arrayBuffer()), query, root: pemOf('CERTIFICATE', root.der) };
  const at = ['-attime', String(now.getTime() / 1000)];
  const check = ['ts', '-verify', '-in', 'answer', '-queryfile', 'query', '-CAfile', 'root', ...at];
  assert.match(openssl(check, files).output, /Verification: OK/);
});

/** A TimeStampReq (RFC 3161, 2.4.1) with the nonce 0x123456 that wants the certificate. */
function queryWithNonce(imprint: Buffer): Buffer {
  const hash = der.sequence(der.oid('2.16.840.1.101.3.4.2.1'), der.null());
  return der.sequence(
    der.integer(1),
    der.sequence(hash, der.octets(imprint)),
    der.integer(0x123456),
    der.boolean(true),
  );
}
