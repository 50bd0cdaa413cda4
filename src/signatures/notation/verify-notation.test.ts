import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { keyUsageExtension } from '#signatures/box/extensions.ts';
import { isRefusal } from '#signatures/refusal.ts';
import { readEnvelope } from './envelope/read-envelope.ts';
import { createEnvelope, kinds, mediaTypeOf, type EnvelopeRequest } from './envelope/testing.ts';
import * as fixture from './testing.ts';
import { createSigner, image, keys } from './testing.ts';
import { verifyNotation } from './verify-notation.ts';
import {
  afterwards,
  assertRefused,
  assertVerified,
  authority,
  level,
  now,
  type Place,
  revocable,
  root,
  selfSigned,
  signer,
  stamp,
  stamped,
  trust,
  verify,
} from './testing-verify.ts';

const good: Readonly<Record<string, readonly [Partial<EnvelopeRequest>, Place?]>> = {
  'P-256': [{}],
  'P-384': [{ signer: createSigner({ key: keys.p384 }) }],
  'P-521': [{ signer: createSigner({ key: keys.p521 }) }],
  'RSA 2048': [{ signer: createSigner({ key: keys.rsa2048 }) }],
  'RSA 3072': [{ signer: createSigner({ key: keys.rsa3072 }) }],
  'a certificate that is its own root': [
    { signer: selfSigned },
    { trust: trust({}, { ca: selfSigned.certificates[0] }) },
  ],
  'a certificate for no purpose in particular': [
    { signer: createSigner({ extensions: [keyUsageExtension('digitalSignature')] }) },
  ],
  'an intermediate authority in the trust store': [{}, { trust: trust({}, { ca: signer.certificates[1] }) }],
  'anyone of an authority': [{}, { trust: trust({ trustedIdentities: ['*'] }) }],
  'the policy of its repository': [
    {},
    { trust: trust({ registryScopes: ['registry.example/team/app'] }), repository: 'registry.example/team/app' },
  ],
  'not expired': [{ expiry: new Date('2025-08-01T00:00:00Z') }],
  'a header that is not critical': [{ headers: { 'org.example.note': 'hello' } }],
  'a timestamp': [{ stamp }, { trust: trust(stamped) }],
  'a timestamp after the certificate has expired': [{ stamp }, { trust: trust(stamped), now: afterwards }],
  'no timestamp where it would not be looked at': [
    {},
    { trust: trust({ ...stamped, signatureVerification: { level: 'strict', verifyTimestamp: 'afterCertExpiry' } }) },
  ],
  'a signing authority after its certificate has expired': [
    { scheme: 'notary.x509.signingAuthority' },
    { trust: trust(authority, { signingAuthority: root }), now: afterwards },
  ],
  permissive: [{}, { trust: trust(level('permissive')) }],
};

for (const kind of kinds) {
  describe(`${kind}: what is right is accepted`, () => {
    for (const [what, [request, place]] of Object.entries(good)) {
      test(what, () => assertVerified(verify(kind, request, place), what));
    }
  });
}

test('it is said who has signed, and who vouches for when', () => {
  const outcome = verify('jws', { stamp }, { trust: trust(stamped) });
  assertVerified(outcome, 'stamped');
  const { verified, identity, tolerated } = outcome;
  assert.deepEqual(identity, {
    names: [{ kind: 'subject', value: 'CN=builder,O=example.org,ST=Berlin,C=DE' }],
    claims: { issuer: 'CN=intermediate,O=notation.box' },
  });
  assert.deepEqual(verified.times, [{ by: 'timestamp-authority', time: fixture.at }]);
  assert.deepEqual(tolerated, []);
});

test('what a policy tolerates is accepted, and said', () => {
  const permissive = trust({ ...stamped, ...level('permissive') });
  const outcome = verify(
    'cose',
    { ...revocable, expiry: new Date('2025-06-30') },
    { trust: permissive, now: afterwards },
  );
  assertVerified(outcome, 'permissive');
  const codes = outcome.tolerated.map(({ refused }) => refused);
  assert.deepEqual(codes, ['signature-expired', 'time-missing', 'revocation-unchecked']);
  assert.deepEqual(outcome.verified.times, []);
});

test('each validation is tolerated by itself, and revocation can be left out', () => {
  const codesOf = (request: Partial<EnvelopeRequest>, override: object, place: Place = {}) => {
    const outcome = verify('jws', request, { trust: trust(level('strict', override)), ...place });
    return isRefusal(outcome) ? outcome.refused : outcome.tolerated.map(({ refused }) => refused);
  };
  assert.deepEqual(codesOf(revocable, { revocation: 'log' }), ['revocation-unchecked']);
  assert.deepEqual(codesOf(revocable, { revocation: 'skip' }), []);
  assert.deepEqual(codesOf(revocable, { expiry: 'log' }), 'revocation-unchecked');
  assert.deepEqual(codesOf({ expiry: new Date('2025-06-30') }, { expiry: 'log' }), ['signature-expired']);
  assert.deepEqual(codesOf({}, { authenticTimestamp: 'log' }, { now: afterwards }), ['certificate-expired']);
  assert.deepEqual(
    codesOf({ forged: true }, { authenticTimestamp: 'log', expiry: 'log', revocation: 'log' }),
    'signature-invalid',
  );
});

test('the policy of a repository comes before the global one', () => {
  const [own] = trust({
    name: 'own',
    registryScopes: ['registry.example/app'],
    trustedIdentities: ['x509.subject: C=DE, ST=Berlin, O=other'],
  }).policies;
  const policies = [...trust().policies, ...(own === undefined ? [] : [own])];
  assertRefused(
    verify('jws', {}, { trust: { policies }, repository: 'registry.example/app' }),
    'identity-mismatch',
    'own',
  );
  assertVerified(verify('jws', {}, { trust: { policies }, repository: 'registry.example/app2' }), 'global');
});

test('any bytes give a signature or a refusal, and a changed envelope is never verified', () => {
  for (const kind of kinds) {
    const envelope = createEnvelope(kind, { signer, stamp });
    const verifier = { trust: trust(stamped), now };
    const outcomeOf = (bytes: Buffer) => {
      const signature = readEnvelope(mediaTypeOf[kind], bytes);
      return isRefusal(signature) ? signature : verifyNotation(signature, image, verifier);
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => isRefusal(outcomeOf(Buffer.from(bytes)))));
    assertVerified(outcomeOf(envelope), kind);
    const original = readEnvelope(mediaTypeOf[kind], envelope);
    fc.assert(
      fc.property(fc.nat(envelope.length - 1), fc.integer({ min: 1, max: 255 }), (position, mask) => {
        const changed = Buffer.from(envelope);
        changed[position] = (changed[position] ?? 0) ^ mask;
        const read = readEnvelope(mediaTypeOf[kind], changed);
        const outcome = outcomeOf(changed);
        // Parts of a timestamp, and how base64 is written, are not signed.
        if (isRefusal(outcome) || isRefusal(read) || isRefusal(original)) return;
        assert.deepEqual(read.signedBytes, original.signedBytes);
        assert.deepEqual(read.signature, original.signature);
      }),
    );
  }
});
