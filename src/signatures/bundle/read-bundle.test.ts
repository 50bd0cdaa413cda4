import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isRefusal } from '#signatures/refusal.ts';
import { readBundle } from './read-bundle.ts';
import { asBase64, asInt64 } from './wire.ts';

const v03 = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const text = (bundle: unknown) => JSON.stringify(bundle);
const base64 = (value: string) => Buffer.from(value).toString('base64');

/** The least that is a bundle: a signature by a key, in no log. */
const least = {
  mediaType: v03,
  verificationMaterial: { publicKey: { hint: 'abc' } },
  messageSignature: {
    messageDigest: { algorithm: 'SHA2_256', digest: base64('digest') },
    signature: base64('signature'),
  },
};

test('the least bundle is read', () => {
  assert.deepEqual(readBundle(text(least)), {
    content: { kind: 'artifact', stated: { algorithm: 'sha256', value: Buffer.from('digest') } },
    signature: Buffer.from('signature'),
    signer: { kind: 'key', hint: 'abc' },
    log: [],
    timestamps: [],
  });
});

const entry = { logId: { keyId: base64('log') }, logIndex: '1', kindVersion: {}, canonicalizedBody: base64('{}') };
const certificate = { rawBytes: base64('no certificate') };
const envelope = {
  payload: base64('{}'),
  payloadType: 'application/vnd.in-toto+json',
  signatures: [{ sig: base64('s') }],
};

for (const [what, refused, bundle] of [
  ['no object', 'format-invalid', [least]],
  [
    'an unknown version',
    'bundle-version-unknown',
    { ...least, mediaType: 'application/vnd.dev.sigstore.bundle.v9+json' },
  ],
  ['no key', 'key-missing', { ...least, verificationMaterial: {} }],
  [
    'an empty chain',
    'key-missing',
    {
      ...least,
      mediaType: `${v03.replace('.v0.3', '')};version=0.1`,
      verificationMaterial: { x509CertificateChain: { certificates: [] } },
    },
  ],
  [
    'a chain where one certificate must be',
    'format-invalid',
    { ...least, verificationMaterial: { x509CertificateChain: { certificates: [certificate] } } },
  ],
  ['no signature', 'format-invalid', { ...least, messageSignature: {} }],
  ['an empty signature', 'format-invalid', { ...least, messageSignature: { signature: '' } }],
  ['a signature that is not base64', 'format-invalid', { ...least, messageSignature: { signature: '!!!' } }],
  [
    'a digest of an unknown kind',
    'format-invalid',
    { ...least, messageSignature: { ...least.messageSignature, messageDigest: { algorithm: 'MD5', digest: '' } } },
  ],
  [
    'several signatures',
    'format-unsupported',
    {
      ...least,
      messageSignature: undefined,
      dsseEnvelope: { ...envelope, signatures: [{ sig: base64('a') }, { sig: base64('b') }] },
    },
  ],
  [
    'an entry without a proof',
    'bundle-incomplete',
    { ...least, verificationMaterial: { ...least.verificationMaterial, tlogEntries: [entry] } },
  ],
  [
    'an entry with a negative index',
    'format-invalid',
    { ...least, verificationMaterial: { ...least.verificationMaterial, tlogEntries: [{ ...entry, logIndex: '-1' }] } },
  ],
  [
    'too many entries',
    'format-too-large',
    {
      ...least,
      verificationMaterial: { ...least.verificationMaterial, tlogEntries: Array.from({ length: 33 }, () => entry) },
    },
  ],
  [
    'a timestamp that is not base64',
    'format-invalid',
    {
      ...least,
      verificationMaterial: {
        ...least.verificationMaterial,
        timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: '?' }] },
      },
    },
  ],
] as const) {
  test(`${what} is refused as ${refused}`, () => {
    const read = readBundle(text(bundle));
    assert.ok(isRefusal(read));
    assert.equal(read.refused, refused);
  });
}

test('any JSON is read or refused', () => {
  const material = fc.record(
    { publicKey: fc.jsonValue(), certificate: fc.jsonValue(), tlogEntries: fc.jsonValue() },
    { requiredKeys: [] },
  );
  const bundle = fc.record(
    {
      mediaType: fc.constant(v03),
      verificationMaterial: material,
      messageSignature: fc.jsonValue(),
      dsseEnvelope: fc.jsonValue(),
    },
    { requiredKeys: ['mediaType'] },
  );
  fc.assert(fc.property(fc.oneof(bundle, fc.jsonValue()), (value) => void readBundle(text(value))));
  fc.assert(fc.property(fc.string(), (value) => void readBundle(value)));
});

test('bytes are base64 of either alphabet, broken into lines or not, and nothing else', () => {
  assert.deepEqual(asBase64('+/8='), Buffer.from([0xfb, 0xff]));
  assert.deepEqual(asBase64('-_8'), Buffer.from([0xfb, 0xff]));
  assert.deepEqual(asBase64('+/\n8=\r\n'), Buffer.from([0xfb, 0xff]));
  for (const bad of ['a b', 'a=b', 'é', '=', 'abcde===', 5, null, undefined])
    assert.equal(asBase64(bad), undefined, String(bad));
});

test('large numbers keep all their digits', () => {
  assert.equal(asInt64('9223372036854775807'), 9223372036854775807n);
  assert.equal(asInt64(5), 5n);
  for (const bad of ['-1', '1.5', '', '99999999999999999999', -1, 1.5, null]) assert.equal(asInt64(bad), undefined);
});
