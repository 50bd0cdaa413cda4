import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { digestOf } from '#kit/digest.ts';
import {
  authorityExtension,
  identityExtension,
  keyUsageExtension,
  purposeExtension,
} from '#signatures/box/extensions.ts';
import { createTimestampAuthority } from '#signatures/box/timestamp.ts';
import { der } from '#signatures/certificate/der.ts';
import type { RefusalCode } from '#signatures/refusal.ts';
import { kinds, payloadOf, type EnvelopeRequest } from './envelope/testing.ts';
import * as fixture from './testing.ts';
import { createSigner, extension, image, keys } from './testing.ts';
import {
  afterwards,
  assertRefused,
  authority,
  digitalSignature,
  imprintOf,
  level,
  type Place,
  revocable,
  root,
  selfSigned,
  signer,
  stamp,
  stamped,
  trust,
  verify,
  withExtensions,
} from './testing-verify.ts';

const oldAuthority = createTimestampAuthority({
  from: new Date('2020-01-01'),
  until: new Date('2021-01-01'),
  uri: 'https://old',
});
const otherAuthority = createTimestampAuthority({ from: fixture.from, until: fixture.until, uri: 'https://other' });
const stampAt = (at: Date) => (signature: Buffer) => fixture.stamp({ imprint: imprintOf(signature), at });
const statusService = extension(
  '1.3.6.1.5.5.7.1.1',
  false,
  der.sequence(der.sequence(der.oid('1.3.6.1.5.5.7.48.1'), der.contextPrimitive(6, Buffer.from('http://ocsp')))),
);
const rsa1024 = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
const ed25519 = generateKeyPairSync('ed25519').privateKey;
const [leaf, intermediate] = signer.certificates;
const certificates = (...chain: readonly (typeof leaf)[]) => ({
  signer: { ...signer, certificates: chain.filter((one) => one !== undefined) },
});
const notary = (name: string) => `io.cncf.notary.${name}`;

const bad: Readonly<Record<string, readonly [RefusalCode, Partial<EnvelopeRequest>, Place?]>> = {
  'a changed signature': ['signature-invalid', { forged: true }],
  'another key': [
    'signature-invalid',
    { signer: { ...signer, key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey } },
  ],
  'another algorithm': ['signature-algorithm', { headers: { alg: 'ES384' } }],
  'no algorithm': ['signature-algorithm', { headers: { alg: undefined } }],
  'the algorithm none': ['signature-algorithm', { headers: { alg: 'none' } }],
  'a weak key': ['signature-algorithm', { signer: createSigner({ key: rsa1024 }), headers: { alg: 'PS256' } }],
  'an unknown key': [
    'signature-algorithm',
    { signer: { key: keys.p256, certificates: createSigner({ key: ed25519 }).certificates } },
  ],
  'another image': ['subject-mismatch', { image: digestOf('another') }],
  'another type of payload': ['claim-invalid', { headers: { cty: 'application/json' } }],
  'a payload without a target': ['claim-invalid', { payload: Buffer.from('{}') }],
  'a payload without a size': [
    'claim-invalid',
    { payload: Buffer.from(JSON.stringify(payloadOf(image)).replace(',"size":7', '')) },
  ],
  'no payload that can be read': ['claim-invalid', { payload: Buffer.from('{') }],
  'no content type': ['format-invalid', { headers: { cty: undefined } }],
  'no scheme': ['format-unsupported', { headers: { [notary('signingScheme')]: undefined } }],
  'another scheme': ['format-unsupported', { headers: { [notary('signingScheme')]: 'notary.pgp' } }],
  'no time': ['format-invalid', { headers: { [notary('signingTime')]: undefined } }],
  'a time that is none': ['format-invalid', { headers: { [notary('signingTime')]: 'now' } }],
  'two times': [
    'format-invalid',
    {
      headers: {
        [notary('authenticSigningTime')]: fixture.at,
        crit: [notary('signingScheme'), notary('authenticSigningTime')],
      },
    },
  ],
  'nothing critical': ['format-invalid', { headers: { crit: undefined } }],
  'an expiry that is not critical': [
    'format-invalid',
    { expiry: afterwards, headers: { crit: [notary('signingScheme')] } },
  ],
  'something critical that is not there': [
    'format-invalid',
    { headers: { crit: [notary('signingScheme'), notary('expiry')] } },
  ],
  'something critical twice': [
    'format-invalid',
    { headers: { crit: [notary('signingScheme'), notary('signingScheme')] } },
  ],
  'a plugin': [
    'format-unsupported',
    { headers: { [notary('verificationPlugin')]: 'p', crit: [notary('signingScheme'), notary('verificationPlugin')] } },
  ],
  'an expiry before it was signed': ['format-invalid', { expiry: fixture.from }],
  expired: ['signature-expired', { expiry: new Date('2025-06-30T00:00:00Z') }],
  'a header signed and not': ['format-invalid', { unsigned: { cty: 'x' } }],
  'no certificates': ['certificate-invalid', { unsigned: { x5c: [] } }],
  'a broken certificate': ['certificate-invalid', { unsigned: { x5c: [Buffer.from('x')] } }],
  'a chain without a root': ['certificate-chain-invalid', certificates(leaf, intermediate)],
  'a chain without an intermediate': ['certificate-chain-invalid', certificates(leaf, root)],
  'a chain in another order': ['certificate-chain-invalid', certificates(leaf, root, intermediate)],
  'a chain with more than a chain': ['certificate-chain-invalid', certificates(leaf, intermediate, root, root)],
  'a chain without end': ['certificate-chain-invalid', certificates(leaf, ...Array.from({ length: 9 }, () => root))],
  'an issuer that may not issue': [
    'certificate-chain-invalid',
    { signer: createSigner({ authorityExtensions: [digitalSignature] }) },
  ],
  'an issuer that does not say how its key is used': [
    'certificate-chain-invalid',
    { signer: createSigner({ authorityExtensions: [authorityExtension()] }) },
  ],
  'a critical extension that nobody knows': [
    'certificate-chain-invalid',
    withExtensions(digitalSignature, purposeExtension('codeSigning'), extension('1.2.3.4', true, der.null())),
  ],
  'a certificate for servers': [
    'certificate-purpose',
    withExtensions(digitalSignature, purposeExtension('serverAuth')),
  ],
  'a certificate for timestamps': [
    'certificate-purpose',
    withExtensions(digitalSignature, purposeExtension('timeStamping')),
  ],
  'a certificate without a key usage': ['certificate-purpose', withExtensions(purposeExtension('codeSigning'))],
  'a certificate that issues others': [
    'certificate-purpose',
    withExtensions(keyUsageExtension('certificateSigning'), authorityExtension()),
  ],
  'a certificate without a subject': [
    'identity-missing',
    {
      signer: createSigner({
        subject: {},
        extensions: [digitalSignature, identityExtension([{ kind: 'dns', value: 'x' }])],
      }),
    },
  ],
  'another authority': [
    'certificate-authority-untrusted',
    {},
    { trust: trust({}, { ca: selfSigned.certificates[0] }) },
  ],
  'an authority for signing authorities only': [
    'certificate-authority-untrusted',
    {},
    { trust: trust(authority, { ca: undefined, signingAuthority: root }) },
  ],
  'an authority that is no signing authority': [
    'certificate-authority-untrusted',
    { scheme: 'notary.x509.signingAuthority' },
    { trust: trust() },
  ],
  'somebody else': [
    'identity-mismatch',
    {},
    { trust: trust({ trustedIdentities: ['x509.subject: C=DE, ST=Berlin, O=example.com'] }) },
  ],
  'a part of a name': [
    'identity-mismatch',
    {},
    { trust: trust({ trustedIdentities: ['x509.subject: C=DE, ST=Berlin, O=example.org, OU=release'] }) },
  ],
  'an expired certificate': ['certificate-expired', {}, { now: afterwards }],
  'a certificate that is not yet valid': ['certificate-expired', {}, { now: new Date('2024-01-01') }],
  'no timestamp': ['time-missing', {}, { trust: trust(stamped) }],
  'no timestamp after the certificate has expired': [
    'time-missing',
    {},
    {
      now: afterwards,
      trust: trust({ ...stamped, signatureVerification: { level: 'strict', verifyTimestamp: 'afterCertExpiry' } }),
    },
  ],
  'a timestamp after the certificate has expired': [
    'certificate-expired',
    { signer: createSigner({ until: new Date('2025-06-01T00:00:00Z') }), stamp },
    { trust: trust(stamped) },
  ],
  // The authority knows the time to a second.
  'a timestamp at the very end of the certificate': [
    'certificate-expired',
    { signer: createSigner({ until: fixture.at }), stamp },
    { trust: trust(stamped) },
  ],
  'a timestamp of something else': [
    'timestamp-mismatch',
    { stamp: () => stamp(Buffer.from('x')) },
    { trust: trust(stamped) },
  ],
  'a forged timestamp': [
    'timestamp-invalid',
    { stamp: (signature) => fixture.stamp({ imprint: imprintOf(signature), at: fixture.at, forged: true }) },
    { trust: trust(stamped) },
  ],
  'no timestamp at all': ['timestamp-invalid', { stamp: () => Buffer.from('x') }, { trust: trust(stamped) }],
  'an empty timestamp': ['timestamp-invalid', { unsigned: { [notary('timestampSignature')]: 7 } }],
  'a timestamp of another authority': [
    'timestamp-authority-untrusted',
    { stamp: (signature) => fixture.stamp({ imprint: imprintOf(signature), at: fixture.at }, otherAuthority) },
    { trust: trust(stamped) },
  ],
  'a timestamp of an authority whose time is over': [
    'timestamp-authority-expired',
    { stamp: (signature) => fixture.stamp({ imprint: imprintOf(signature), at: fixture.at }, oldAuthority) },
    { trust: trust(stamped, { tsa: oldAuthority.chain.at(-1) }) },
  ],
  'a timestamp of tomorrow': ['time-in-future', { stamp: stampAt(new Date('2025-07-02')) }, { trust: trust(stamped) }],
  'a signing authority of tomorrow': [
    'time-in-future',
    { scheme: 'notary.x509.signingAuthority', at: new Date('2025-07-02') },
    { trust: trust(authority, { signingAuthority: root }) },
  ],
  'a signing authority before it had a certificate': [
    'certificate-expired',
    { scheme: 'notary.x509.signingAuthority', at: new Date('2024-07-02') },
    { trust: trust(authority, { signingAuthority: root }) },
  ],
  'a certificate that a list may revoke': ['revocation-unchecked', revocable],
  'a certificate that a service may revoke': ['revocation-unchecked', withExtensions(digitalSignature, statusService)],
  'no policy': ['trust-policy-missing', {}, { trust: undefined }],
  'no policy for its repository': [
    'trust-policy-missing',
    {},
    { trust: trust({ registryScopes: ['registry.example/team/app'] }), repository: 'registry.example/team/app2' },
  ],
  'no repository to have a policy': [
    'trust-policy-missing',
    {},
    { trust: trust({ registryScopes: ['registry.example/app'] }) },
  ],
  'the level audit': ['trust-policy-unenforced', {}, { trust: trust(level('audit')) }],
  'the level audit, which is told what is wrong': [
    'signature-invalid',
    { forged: true },
    { trust: trust(level('audit')) },
  ],
  'the level skip': [
    'trust-policy-unenforced',
    {},
    { trust: trust({ ...level('skip'), trustStores: [], trustedIdentities: [] }) },
  ],
  'authenticity that is only logged': [
    'trust-policy-unenforced',
    {},
    { trust: trust(level('strict', { authenticity: 'log' })) },
  ],
};

for (const kind of kinds) {
  describe(`${kind}: what is wrong in one way is refused by that name`, () => {
    for (const [what, [code, request, place]] of Object.entries(bad)) {
      test(what, () => assertRefused(verify(kind, request, place), code, what));
    }
  });
}
