import type { X509Certificate } from '@sigstore/core';

const oids = {
  revocationLists: '2.5.29.31',
  authorityInformation: '1.3.6.1.5.5.7.1.1',
  statusService: '1.3.6.1.5.5.7.48.1',
} as const;

/**
 * Whether it can be asked if one of these certificates was revoked: it names a list of revoked ones (RFC 5280, 4.2.1.13) or a
 * service that knows (OCSP; RFC 5280, 4.2.2.1). If none does, there is nothing to ask, and it counts as not revoked (trust policy
 * specification, "Certificate Revocation Evaluation"). The last one is a root, which nobody can revoke.
 */
export function canBeRevoked(chain: readonly X509Certificate[]): boolean {
  return chain.slice(0, -1).some(namesWhomToAsk);
}

function namesWhomToAsk(certificate: X509Certificate): boolean {
  try {
    if (certificate.extension(oids.revocationLists) !== undefined) return true;
    const access = certificate.extension(oids.authorityInformation)?.valueObj.subs[0]?.subs ?? [];
    return access.some(({ subs: [method] }) => method?.toOID() === oids.statusService);
  } catch {
    // What cannot be read might name one.
    return true;
  }
}
