import type { X509Certificate } from '@sigstore/core';
import type { WrittenNotary } from '#policy/languages/kyverno-cel/schema.ts';
import { invalidField } from '#policy/languages/read-strictly.ts';
import { readCertificate, readPemCertificates } from '#signatures/certificate/read-certificate.ts';
import type { NotationTrust } from '#signatures/notation/trust/notation-trust.ts';
import { parseTrustPolicies } from '#signatures/notation/trust/trust-policy.ts';

/**
 * Whom to believe about signatures of the Notary Project: anyone whom these certificates certify. Revocation is not asked, as Kyverno
 * does not.
 * @throws `policy-invalid`
 */
export function readNotary({ certs, tsaCerts }: WrittenNotary, path: string): NotationTrust {
  const authorities = readAll(certs?.value ?? '', `${path}.certs`);
  const stamps = (tsaCerts?.value ?? '') === '' ? [] : readAll(tsaCerts?.value ?? '', `${path}.tsaCerts`);
  if (authorities.length === 0) throw invalidField(`${path}.certs`, 'it has no certificates in PEM');
  const [policy] = parseTrustPolicies(
    JSON.stringify({
      version: '1.0',
      trustPolicies: [
        {
          name: 'attestor',
          registryScopes: ['*'],
          signatureVerification: { level: 'strict', override: { revocation: 'skip' } },
          trustStores: ['ca:attestor', ...(stamps.length > 0 ? ['tsa:attestor'] : [])],
          trustedIdentities: ['*'],
        },
      ],
    }),
  );
  if (policy === undefined) throw new Error('one trust policy was written');
  return { policies: [{ ...policy, roots: { ca: authorities, signingAuthority: [], tsa: stamps } }] };
}

function readAll(pem: string, path: string): readonly X509Certificate[] {
  return (readPemCertificates(pem) ?? []).map((der) => {
    const certificate = readCertificate(der);
    if (certificate === undefined) throw invalidField(path, 'one of the certificates cannot be read');
    return certificate;
  });
}
