import assert from 'node:assert/strict';
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { PolicyError, toSignedEntity, toTrustMaterial, VerificationError, Verifier } from '@sigstore/verify';
import { createBox } from './box.ts';
import { spkiOf } from './certificate.ts';
import { faultsOf, type Fault } from './faults.ts';
import { partsOf, type SignRequest } from './request.ts';

const box = createBox({ witnesses: ['witness.example'] });
const at = new Date('2025-06-01T12:00:00Z');
const artifact = Buffer.from('artifact');
const value = 'https://github.com/o/r/.github/workflows/w.yml@refs/heads/main';
const issuer = 'https://token.actions.githubusercontent.com';
const keyless = { identity: { kind: 'uri', value }, issuer, claims: { buildTrigger: 'push' }, at } as const;
const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [],
  predicateType: 'https://example.org',
  predicate: {},
};
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;

/** Verifies with the public implementation; throws what it throws. */
function verifyPublicly(request: SignRequest): void {
  const { bundle } = box.sign(request);
  const read = bundleFromJSON(JSON.parse(JSON.stringify(bundle)));
  const root = TrustedRoot.fromJSON(JSON.parse(JSON.stringify(box.trustedRoot)));
  const key = 'key' in request ? request.key : undefined;
  const verifier = new Verifier(toTrustMaterial(root, key === undefined ? undefined : () => trustedKey(key)), {
    tlogThreshold: request.log === undefined || request.log === 'none' ? 0 : 1,
    // A bare key has no validity that a time would have to be within.
    timestampThreshold: key === undefined ? 1 : 0,
  });
  const policy = key === undefined ? { subjectAlternativeName: value, extensions: { issuer } } : undefined;
  verifier.verify(toSignedEntity(read, 'artifact' in request ? Buffer.from(request.artifact) : undefined), policy);
}

function trustedKey(key: KeyObject): { publicKey: KeyObject; validFor: () => boolean } {
  return { publicKey: createPublicKey(key), validFor: () => true };
}

const good: Readonly<Record<string, SignRequest>> = {
  'artifact, log 1': { ...keyless, artifact, log: 'v1' },
  'artifact, log 1, bundle 0.1': { ...keyless, artifact, log: 'v1', version: '0.1' },
  'artifact, log 1, bundle 0.2': { ...keyless, artifact, log: 'v1', version: '0.2' },
  'artifact, log 1, bundle 0.3 as a parameter': { ...keyless, artifact, log: 'v1', version: '0.3-parameter' },
  'artifact, log 1, timestamp': { ...keyless, artifact, log: 'v1', timestamp: true },
  'artifact, log 2, timestamp': { ...keyless, artifact, log: 'v2', timestamp: true },
  'artifact, timestamp': { ...keyless, artifact, timestamp: true },
  'statement, log 1': { ...keyless, statement, log: 'v1' },
  'statement, log 1, intoto 0.0.2': { ...keyless, statement, log: 'v1', entry: 'intoto-0.0.2' },
  'statement, log 1, hashedrekord': { ...keyless, statement, log: 'v1', entry: 'hashedrekord' },
  'statement, log 2, timestamp': { ...keyless, statement, log: 'v2', timestamp: true },
  'statement, timestamp': { ...keyless, statement, timestamp: true },
  'artifact, key, log 1': { key: p256, at, artifact, log: 'v1' },
  'artifact, key, log 2': { key: p256, at, artifact, log: 'v2' },
  'artifact, key alone': { key: p256, at, artifact },
  'artifact, P-384 key, log 1': { key: p384, at, artifact, log: 'v1' },
  'artifact, P-384 key, log 2, timestamp': { key: p384, at, artifact, log: 'v2', timestamp: true },
  'statement, key, log 1, timestamp': { key: p256, at, statement, log: 'v1', timestamp: true },
  'statement, key alone': { key: p256, at, statement },
};

/** What the public implementation does not look at; each is a case for a verifier of our own. */
function isOverlooked(fault: Fault, { log = 'none' }: SignRequest): boolean {
  // The digest that a bundle names is compared with the log entry, and with nothing where there is none.
  return fault === 'other-verifier' || fault === 'wrong-purpose' || (fault === 'wrong-digest' && log === 'none');
}

for (const [name, request] of Object.entries(good)) {
  test(`box: ${name}: accepted`, () => verifyPublicly(request));

  test(`box: ${name}: refused with any fault`, () => {
    for (const fault of faultsOf(partsOf(request))) {
      const judge = (): void => verifyPublicly({ ...request, fault });
      if (isOverlooked(fault, request)) judge();
      else assert.throws(judge, `${fault} was accepted`);
    }
  });
}

test('box: faults are refused for what they are', () => {
  const all = { ...keyless, artifact, log: 'v1', timestamp: true } as const;
  const codes: Readonly<Partial<Record<Fault, string>>> = {
    'no-sct': 'CERTIFICATE_ERROR: expected 1 SCTs, got 0',
    'wrong-sct': 'CERTIFICATE_ERROR: SCT verification failed',
    'other-certificate-log': 'CERTIFICATE_ERROR: SCT verification failed',
    'other-authority': 'CERTIFICATE_ERROR: Failed to verify certificate chain',
    'other-certificate': 'SIGNATURE_ERROR: signature verification failed',
    expired: 'CERTIFICATE_ERROR: Failed to verify certificate chain',
    'not-yet-valid': 'CERTIFICATE_ERROR: Failed to verify certificate chain',
    'wrong-signature': 'SIGNATURE_ERROR: signature verification failed',
    'wrong-digest': 'TLOG_BODY_ERROR: digest mismatch',
    'other-entry': 'TLOG_BODY_ERROR: signature mismatch',
    'other-log': 'TLOG_INCLUSION_PROMISE_ERROR: inclusion promise could not be verified',
    'wrong-promise': 'TLOG_INCLUSION_PROMISE_ERROR: inclusion promise could not be verified',
    'wrong-checkpoint': 'TLOG_INCLUSION_PROOF_ERROR: invalid checkpoint signature',
    'wrong-root': 'TLOG_INCLUSION_PROOF_ERROR: calculated root hash does not match inclusion proof',
    'wrong-proof': 'TLOG_INCLUSION_PROOF_ERROR: calculated root hash does not match inclusion proof',
    'log-clock-skew': 'CERTIFICATE_ERROR: Failed to verify certificate chain',
    'wrong-imprint': 'TIMESTAMP_ERROR: timestamp could not be verified',
    'forged-timestamp': 'TIMESTAMP_ERROR: timestamp could not be verified',
    'other-timestamp-authority': 'TIMESTAMP_ERROR: timestamp could not be verified',
    'timestamp-clock-skew': 'CERTIFICATE_ERROR: Failed to verify certificate chain',
  };
  for (const fault of faultsOf(partsOf(all)).filter((each) => !isOverlooked(each, all) && each !== 'no-proof')) {
    try {
      verifyPublicly({ ...all, fault });
      assert.fail(`${fault} was accepted`);
    } catch (error) {
      assert.ok(error instanceof VerificationError, `${fault}: ${String(error)}`);
      assert.equal(`${error.code}: ${error.message}`, codes[fault]);
    }
  }
});

test('box: a fault that the request cannot have is refused', () => {
  assert.throws(() => box.sign({ key: p256, at, artifact, fault: 'wrong-sct' }), /wrong-sct needs: certificate/);
  assert.throws(() => box.sign({ ...keyless, artifact, log: 'v2', fault: 'wrong-promise' }), TypeError);
});

test('box: another identity and another box are refused', () => {
  const other = { ...keyless, identity: { kind: 'uri', value: 'https://evil.example' } } as const;
  assert.throws(() => verifyPublicly({ ...other, artifact, log: 'v1' }), PolicyError);
  const { bundle } = createBox().sign({ ...keyless, artifact, log: 'v1' });
  const verifier = new Verifier(toTrustMaterial(TrustedRoot.fromJSON(box.trustedRoot)));
  assert.throws(() => verifier.verify(toSignedEntity(bundleFromJSON(bundle), artifact)), VerificationError);
});

test('box: the annotations of cosign say the same', () => {
  const signed = box.sign({ ...keyless, artifact, log: 'v1', timestamp: true });
  const { annotations, bundle } = signed;
  assert.equal(annotations['dev.cosignproject.cosign/signature'], bundle.messageSignature?.signature);
  assert.match(annotations['dev.sigstore.cosign/certificate'] ?? '', /^-----BEGIN CERTIFICATE-----\n/);
  assert.equal((annotations['dev.sigstore.cosign/chain'] ?? '').split('BEGIN').length, 3);
  const [entry] = bundle.verificationMaterial.tlogEntries;
  assert.deepEqual(JSON.parse(annotations['dev.sigstore.cosign/bundle'] ?? ''), {
    SignedEntryTimestamp: entry?.inclusionPromise?.signedEntryTimestamp,
    Payload: {
      body: entry?.canonicalizedBody,
      integratedTime: 1748779200,
      logIndex: Number(entry?.logIndex),
      logID: box.logs.v1.id.toString('hex'),
    },
  });
  assert.deepEqual(JSON.parse(annotations['dev.sigstore.cosign/rfc3161timestamp'] ?? ''), {
    SignedRFC3161Timestamp: signed.parts.timestamps[0]?.toString('base64'),
  });
  const byKey = box.sign({ key: p256, at, statement, log: 'v2' }).annotations;
  assert.deepEqual(Object.entries(byKey), [['dev.cosignproject.cosign/signature', '']]);
});

test('box: a key is named by the hash of it, or as asked', () => {
  const material = (hint?: string): unknown =>
    box.sign({ key: p256, at, artifact, ...(hint === undefined ? {} : { hint }) }).bundle.verificationMaterial;
  assert.deepEqual(material('mine'), { publicKey: { hint: 'mine' }, tlogEntries: [] });
  const hint = createHash('sha256')
    .update(spkiOf(createPublicKey(p256)))
    .digest('base64');
  assert.deepEqual(material(), { publicKey: { hint }, tlogEntries: [] });
});
