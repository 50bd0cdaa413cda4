import type { X509Certificate } from '@sigstore/core';

/** What a certificate may be for (RFC 5280, 4.2.1.12). */
const purposes = { 'code-signing': '1.3.6.1.5.5.7.3.3', 'time-stamping': '1.3.6.1.5.5.7.3.8' } as const;
const extendedKeyUsage = '2.5.29.37';

/** Whether a certificate says that it is for this purpose. Silence is not consent. */
export function isFor(certificate: X509Certificate, purpose: keyof typeof purposes): boolean {
  const listed = certificate.extension(extendedKeyUsage)?.valueObj.subs[0]?.subs ?? [];
  return listed.some((one) => one.tag.isOID() && one.toOID() === purposes[purpose]);
}
