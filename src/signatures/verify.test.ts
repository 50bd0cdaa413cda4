import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { artifactOfBytes, artifactOfDigest } from './artifact.ts';
import { createBox } from './box/box.ts';
import { faults, faultsOf, type Fault } from './box/faults.ts';
import { partsOf, type SignRequest } from './box/request.ts';
import { readBundle } from './bundle/read-bundle.ts';
import { digestOf } from '#kit/digest.ts';
import { keyIdOf, type VerificationKey } from './keys/verification-key.ts';
import { isRefusal, type Refusal, type RefusalCode } from './refusal.ts';
import { readTrustRoot } from './trust/trust-root.ts';
import { verifySigned, type Verified, type Verifier } from './verify.ts';

const box = createBox({ witnesses: ['witness.example'] });
const trust = readTrustRoot(JSON.stringify(box.trustedRoot), 'the box');
const at = new Date('2025-06-01T12:00:00Z');
const now = new Date('2026-01-01T00:00:00Z');
const artifact = Buffer.from('artifact');
const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'artifact', digest: { sha256: digestOf(artifact).slice('sha256:'.length) } }],
  predicateType: 'https://example.org/type',
  predicate: {},
};
const keyless = {
  identity: { kind: 'uri', value: 'https://github.com/o/r/.github/workflows/w.yml@refs/heads/main' },
  issuer: 'https://token.actions.githubusercontent.com',
  at,
} as const;
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;
const [p256, p384, p521] = [ec('P-256'), ec('P-384'), ec('P-521')];
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ed25519 = generateKeyPairSync('ed25519').privateKey;

function trustedKey(key: KeyObject, rest: Partial<VerificationKey> = {}): VerificationKey {
  return { key: createPublicKey(key), name: 'signer.pub', ...rest };
}

function verify(
  request: SignRequest,
  rest: Partial<Verifier> = {},
  about = artifactOfBytes(artifact),
): Verified | Refusal {
  const signed = readBundle(JSON.stringify(box.sign(request).bundle));
  if (isRefusal(signed)) return signed;
  const keys = 'key' in request ? [trustedKey(request.key)] : [];
  return verifySigned(signed, { trust, keys, now, ...rest }, about);
}

function assertVerified(outcome: Verified | Refusal): asserts outcome is Verified {
  assert.ok(!isRefusal(outcome), isRefusal(outcome) ? `${outcome.refused}: ${outcome.message}` : '');
}

function assertRefused(outcome: Verified | Refusal, ...codes: readonly RefusalCode[]): void {
  assert.ok(isRefusal(outcome), 'it was accepted');
  assert.ok(codes.includes(outcome.refused), `${outcome.refused}: ${outcome.message}`);
}

const good: Readonly<Record<string, SignRequest>> = {
  'artifact, log 1': { ...keyless, artifact, log: 'v1' },
  'artifact, log 1, bundle 0.1': { ...keyless, artifact, log: 'v1', version: '0.1' },
  'artifact, log 1, bundle 0.2': { ...keyless, artifact, log: 'v1', version: '0.2' },
  'artifact, log 1, timestamp': { ...keyless, artifact, log: 'v1', timestamp: true },
  'artifact, log 2, timestamp': { ...keyless, artifact, log: 'v2', timestamp: true },
  'statement, log 1': { ...keyless, statement, log: 'v1' },
  'statement, log 1, intoto 0.0.1': { ...keyless, statement, log: 'v1', entry: 'intoto-0.0.1' },
  'statement, log 1, intoto 0.0.2': { ...keyless, statement, log: 'v1', entry: 'intoto-0.0.2' },
  'statement, log 1, hashedrekord': { ...keyless, statement, log: 'v1', entry: 'hashedrekord' },
  'statement, log 2, timestamp': { ...keyless, statement, log: 'v2', timestamp: true },
  'artifact, key, log 1': { key: p256, at, artifact, log: 'v1' },
  'artifact, key, log 2': { key: p256, at, artifact, log: 'v2' },
  'artifact, key alone': { key: p256, at, artifact },
  'statement, key, log 1, timestamp': { key: p256, at, statement, log: 'v1', timestamp: true },
  'statement, P-384 key alone': { key: p384, at, statement },
  'artifact, P-521 key alone': { key: p521, at, artifact },
  'artifact, RSA key alone': { key: rsa, at, artifact },
  'statement, Ed25519 key alone': { key: ed25519, at, statement },
};

/** What each fault of the box must be called. */
const called: Readonly<Record<Fault, readonly RefusalCode[]>> = {
  'no-sct': ['sct-missing'],
  'wrong-sct': ['sct-invalid'],
  'other-certificate-log': ['sct-invalid'],
  'other-authority': ['certificate-authority-untrusted'],
  'other-certificate': ['signature-invalid', 'log-entry-mismatch'],
  'wrong-purpose': ['certificate-purpose'],
  expired: ['certificate-expired'],
  'not-yet-valid': ['certificate-expired'],
  'wrong-signature': ['signature-invalid', 'log-entry-mismatch'],
  'wrong-digest': ['subject-mismatch', 'log-entry-mismatch'],
  'other-entry': ['log-entry-mismatch'],
  'other-verifier': ['log-entry-mismatch'],
  'other-log': ['log-untrusted'],
  'wrong-promise': ['log-promise-invalid'],
  'no-promise': ['bundle-incomplete', 'time-missing'],
  'wrong-checkpoint': ['log-checkpoint-invalid'],
  'wrong-root': ['log-proof-invalid'],
  'wrong-proof': ['log-proof-invalid'],
  'no-proof': ['bundle-incomplete'],
  'log-clock-skew': ['certificate-expired'],
  'wrong-imprint': ['timestamp-mismatch'],
  'forged-timestamp': ['timestamp-invalid'],
  'other-timestamp-authority': ['timestamp-authority-untrusted'],
  'timestamp-clock-skew': ['certificate-expired'],
};

describe('what is right is accepted, and what is wrong in one way is refused by that name', () => {
  for (const [name, request] of Object.entries(good)) {
    test(name, () => {
      assertVerified(verify(request));
      for (const fault of faultsOf(partsOf(request))) {
        const outcome = verify({ ...request, fault });
        assert.ok(isRefusal(outcome), `${fault}: accepted, although ${faults[fault].is}`);
        assert.ok(called[fault].includes(outcome.refused), `${fault}: ${outcome.refused}: ${outcome.message}`);
      }
    });
  }
});

test('a signature over a file holds for the digest alone, but of Ed25519 keys', () => {
  const digest = artifactOfDigest(digestOf(artifact));
  for (const key of [p256, rsa]) assertVerified(verify({ key, at, artifact }, {}, digest));
  assertRefused(verify({ key: ed25519, at, artifact }, {}, digest), 'artifact-needed');
  const other = artifactOfDigest(digestOf('another'));
  assertRefused(verify({ key: p256, at, artifact }, {}, other), 'subject-mismatch');
});

test('a key that was not named is not believed', () => {
  assertRefused(verify({ key: p256, at, artifact }, { keys: [] }), 'key-unknown');
  assertRefused(verify({ key: p256, at, artifact }, { keys: [trustedKey(ec('P-256'))] }), 'signature-invalid');
});

test('of several keys the one that fits is found, with and without a hint', () => {
  const keys = [trustedKey(ec('P-256')), trustedKey(p256, { name: 'right.pub' }), trustedKey(p384)];
  for (const hint of [undefined, keyIdOf(createPublicKey(p256)), 'no key of ours']) {
    const outcome = verify({ key: p256, at, artifact, hint }, { keys });
    assertVerified(outcome);
    assert.ok(outcome.signer.kind === 'key');
    assert.equal(outcome.signer.key.name, 'right.pub');
  }
});

test('a key may count for a time, and then somebody must vouch for the time', () => {
  const until = (end: string) => [trustedKey(p256, { validFor: { start: new Date(0), end: new Date(end) } })];
  const request = { key: p256, at, artifact } as const;
  assertVerified(verify({ ...request, log: 'v1' }, { keys: until('2025-12-31') }));
  assertRefused(verify({ ...request, log: 'v1' }, { keys: until('2025-01-01') }), 'key-out-of-time');
  assertRefused(verify(request, { keys: until('2025-12-31') }), 'time-missing');
});

test('a certificate needs a log where the root of trust has one, unless that is waived; a key only if it is demanded', () => {
  const unlogged = { ...keyless, artifact, timestamp: true } as const;
  assertRefused(verify(unlogged), 'log-entry-missing');
  assertVerified(verify(unlogged, { log: 'optional' }));
  assertVerified(verify(unlogged, { trust: { ...trust, logs: [] } }));
  assertRefused(verify({ key: p256, at, artifact }, { log: 'required' }), 'log-entry-missing');
});

test('without a root of trust, certificates count for nothing and keys count by themselves', () => {
  assertRefused(verify({ ...keyless, artifact, log: 'v1' }, { trust: undefined }), 'certificate-authority-untrusted');
  assertVerified(verify({ key: p256, at, artifact, log: 'v1' }, { trust: undefined }));
});

test('nobody signs in the future', () => {
  const early = new Date(at.getTime() - 3600_000);
  assertRefused(verify({ ...keyless, artifact, log: 'v1' }, { now: early }), 'time-in-future');
});

test('an authority counts for its time only', () => {
  const past = { start: new Date('2020-01-01'), end: new Date('2024-12-31') };
  const certificateAuthorities = trust.certificateAuthorities.map((authority) => ({ ...authority, validFor: past }));
  const request = { ...keyless, artifact, log: 'v1' } as const;
  assertRefused(verify(request, { trust: { ...trust, certificateAuthorities } }), 'certificate-expired');
  const logs = trust.logs.map((log) => ({ ...log, validFor: past }));
  assertRefused(verify(request, { trust: { ...trust, logs } }), 'log-untrusted');
});

/** Replaces one byte of one of the binary fields of a bundle. */
function spoilt(bundle: unknown, field: number, position: number, mask: number): string {
  const text = JSON.stringify(bundle);
  const fields = [...text.matchAll(/"[\w+/]{40,}={0,2}"/g)];
  const found = fields[field % fields.length];
  if (found === undefined) return text;
  const bytes = Buffer.from(found[0], 'base64');
  const place = position % bytes.length;
  bytes[place] = (bytes[place] ?? 0) ^ mask;
  return (
    text.slice(0, found.index) + JSON.stringify(bytes.toString('base64')) + text.slice(found.index + found[0].length)
  );
}

test('a byte that is changed anywhere is refused or changes nothing, and never breaks anything', () => {
  const { bundle } = box.sign({ ...keyless, statement, log: 'v1', timestamp: true });
  const honest = readBundle(JSON.stringify(bundle));
  assert.ok(!isRefusal(honest));
  const number = fc.nat({ max: 5000 });
  fc.assert(
    fc.property(number, number, fc.integer({ min: 1, max: 255 }), (field, position, mask) => {
      const signed = readBundle(spoilt(bundle, field, position, mask));
      if (isRefusal(signed)) return;
      const outcome = verifySigned(signed, { trust, keys: [], now });
      if (isRefusal(outcome)) return;
      // Parts of a timestamp are not signed, and a proof that is not needed may be another.
      assert.deepEqual(signed.content, honest.content);
      assert.deepEqual(signed.signature, honest.signature);
      assert.deepEqual(signed.signer, honest.signer);
    }),
    { numRuns: 1500 },
  );
});
