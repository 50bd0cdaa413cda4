import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import { json } from '@sigstore/core';
import { entryV1, entryV2, type Content, type EntryBody } from './entry.ts';

// SHA-256 of nothing, and of `{}`.
const ofNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const ofPayload = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';

const spki =
  'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEDODRU688UYGuy54mNUlaEBiQdTE9nYLr0lg6RXowI/QV/RE1azBn4Eg5/2uTOMbhB1/gfcHzijzFi9Tk+g1Prg==';
const publicKey = createPublicKey({ key: Buffer.from(spki, 'base64'), format: 'der', type: 'spki' });
const pem = Buffer.from(
  `-----BEGIN PUBLIC KEY-----\n${spki.slice(0, 64)}\n${spki.slice(64)}\n-----END PUBLIC KEY-----\n`,
).toString('base64');

const signature = Buffer.of(1, 2, 3);
const message: Content = { kind: 'message', bytes: Buffer.alloc(0), signature };
const envelope: Content = {
  kind: 'envelope',
  envelope: { payloadType: 'text/x', payload: Buffer.from('{}'), signature },
};
// SHA-256 of {"payload":"e30=","payloadType":"text/x","signatures":[{"keyid":"","sig":"AQID"}]}
const envelopeHash = { algorithm: 'sha256', value: 'd651087a0f8556e2941f7ac22395e029a278c8d1d58cd20c6fd1ea8fc1bb3215' };
const payloadHash = { algorithm: 'sha256', value: ofPayload };

const table: readonly [what: string, body: EntryBody, kind: string, version: string, spec: unknown][] = [
  [
    'a message in log 1',
    entryV1('hashedrekord', message, { publicKey }),
    'hashedrekord',
    '0.0.1',
    {
      data: { hash: { algorithm: 'sha256', value: ofNothing } },
      signature: { content: 'AQID', publicKey: { content: pem } },
    },
  ],
  [
    'an envelope in log 1',
    entryV1('dsse', envelope, { publicKey }),
    'dsse',
    '0.0.1',
    { envelopeHash, payloadHash, signatures: [{ signature: 'AQID', verifier: pem }] },
  ],
  [
    'an envelope of old in log 1',
    entryV1('intoto-0.0.1', envelope, { publicKey }),
    'intoto',
    '0.0.1',
    { content: { hash: envelopeHash, payloadHash }, publicKey: pem },
  ],
  [
    'an envelope of later in log 1',
    entryV1('intoto-0.0.2', envelope, { publicKey }),
    'intoto',
    '0.0.2',
    {
      content: {
        envelope: { payloadType: 'text/x', signatures: [{ publicKey: pem, sig: 'QVFJRA==' }] },
        hash: envelopeHash,
        payloadHash,
      },
    },
  ],
  [
    'a message in log 2',
    entryV2(message, { publicKey }),
    'hashedrekord',
    '0.0.2',
    {
      hashedRekordV002: {
        data: { algorithm: 'SHA2_256', digest: Buffer.from(ofNothing, 'hex').toString('base64') },
        signature: {
          content: 'AQID',
          verifier: { keyDetails: 'PKIX_ECDSA_P256_SHA_256', publicKey: { rawBytes: spki } },
        },
      },
    },
  ],
];

for (const [what, body, kind, apiVersion, spec] of table) {
  test(`entry: ${what}`, () => assert.deepEqual(body, { apiVersion, kind, spec }));
}

test('entry: an envelope is recorded by its pre-authentication encoding', () => {
  const inLog1 = json.canonicalize(entryV1('hashedrekord', envelope, { publicKey }));
  const inLog2 = json.canonicalize(entryV2(envelope, { publicKey }));
  // SHA-256 of "DSSEv1 6 text/x 2 {}"
  const digest = '73936008aab90d40249fa97d2b8ba583a70daf320ce4376fc5fb3af0becf789e';
  assert.ok(inLog1.includes(`"value":"${digest}"`), inLog1);
  assert.ok(inLog2.includes(`"digest":"${Buffer.from(digest, 'hex').toString('base64')}"`), inLog2);
});

test('entry: messages have no place in entries for envelopes', () => {
  assert.throws(() => entryV1('dsse', message, { publicKey }), TypeError);
});
