import { createHash } from 'node:crypto';
import { EXTENSION_OID_SCT, type X509Certificate, X509SCTExtension } from '@sigstore/core';
import { refuse, type Refusal } from '#signatures/refusal.ts';
import { isWithin, type Log } from '#signatures/trust/trust-root.ts';

/**
 * Checks that a certificate was published: one of its signed certificate timestamps is of a log that we trust (RFC 6962, 3.2).
 * @returns what is wrong, or nothing
 */
export function checkPublished(
  certificate: X509Certificate,
  issuer: X509Certificate,
  logs: readonly Log[],
): Refusal | undefined {
  // The log signed the certificate as it was before the timestamps were put into it.
  const before = certificate.clone();
  const position = before.extensions.findIndex((extension) => extension.subs[0]?.toOID() === EXTENSION_OID_SCT);
  const [extension] = position < 0 ? [] : before.extensions.splice(position, 1);
  if (extension === undefined) return refuse('sct-missing', 'the certificate was not published in any log');
  const timestamps = new X509SCTExtension(extension).signedCertificateTimestamps;
  if (timestamps.length === 0) return refuse('sct-missing', 'the certificate was not published in any log');
  const signed = precertificate(before, issuer);
  const isProven = timestamps.some((sct) => {
    const candidates = logs.filter(({ id, validFor }) => id.equals(sct.logID) && isWithin(validFor, sct.datetime));
    return candidates.some(({ key }) => sct.verify(signed, key));
  });
  return isProven ? undefined : refuse('sct-invalid', 'no log that we trust has published the certificate');
}

/** PreCert of RFC 6962, 3.2: the hash of the issuer's key, and the certificate with its length. */
function precertificate(certificate: X509Certificate, issuer: X509Certificate): Buffer {
  const body = certificate.tbsCertificate.toDER();
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([createHash('sha256').update(issuer.publicKey).digest(), length.subarray(1), body]);
}
