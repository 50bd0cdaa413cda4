import type { X509Certificate } from '@sigstore/core';
import { invalidField } from '#policy/languages/read-strictly.ts';
import type { WrittenEntry } from '#policy/languages/kyverno/schema/images.ts';
import { readCertificate, readPemCertificates } from '#signatures/certificate/read-certificate.ts';
import { parseTrustPolicies } from '#signatures/notation/trust/trust-policy.ts';
import type { Attestor, AttestorContext } from './attestor-set.ts';

type Written = NonNullable<WrittenEntry['certificates']>;

/** Who is certified by an authority, with signatures of the Notary Project; revocation is not asked, as Kyverno does not. */
export function readByNotary({ cert = '', certChain = '' }: Written, { path }: AttestorContext): Attestor['demand'] {
  const certificates = (readPemCertificates(`${cert}\n${certChain}`) ?? [])
    .map(readCertificate)
    .filter((one): one is X509Certificate => one !== undefined);
  if (certificates.length === 0) throw invalidField(`${path}.certificates`, 'it has no certificates in PEM');
  const [policy] = parseTrustPolicies(
    JSON.stringify({
      version: '1.0',
      trustPolicies: [
        {
          name: 'policy',
          registryScopes: ['*'],
          signatureVerification: { level: 'strict', override: { revocation: 'skip' } },
          trustStores: ['ca:policy'],
          trustedIdentities: ['*'],
        },
      ],
    }),
  );
  if (policy === undefined) throw new Error('one trust policy was written');
  const notation = { policies: [{ ...policy, roots: { ca: certificates, signingAuthority: [], tsa: [] } }] };
  return ({ now }) => Promise.resolve({ verifier: { keys: [], now }, identities: [], notation });
}
