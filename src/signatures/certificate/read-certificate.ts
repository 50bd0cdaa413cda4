import { X509Certificate } from '@sigstore/core';

/** An X.509 certificate, DER; nothing if it is not whole. */
export function readCertificate(der: Buffer): X509Certificate | undefined {
  try {
    // The parser takes bytes that it owns.
    const certificate = X509Certificate.parse(Buffer.from(der));
    return isWhole(certificate) ? certificate : undefined;
  } catch {
    return undefined;
  }
}

/** The parser reads lazily, and throws anything: whatever is asked of a certificate later is asked here once. */
function isWhole(certificate: X509Certificate): boolean {
  const times = [certificate.notBefore, certificate.notAfter].map((time) => time.getTime());
  const read = [
    certificate.serialNumber,
    certificate.subject,
    certificate.issuer,
    certificate.publicKey,
    certificate.signatureValue,
    certificate.tbsCertificate.toDER(),
    certificate.signatureAlgorithm,
    certificate.isCA,
    certificate.extBasicConstraints?.pathLenConstraint,
    certificate.extAuthorityKeyID?.keyIdentifier,
    certificate.extSubjectKeyID?.keyIdentifier,
    certificate.extSCT?.signedCertificateTimestamps,
    ...certificate.extensions.map(({ subs: [oid, critical, value] }) => [
      oid?.toOID(),
      value === undefined ? undefined : critical?.toBoolean(),
    ]),
  ];
  const isComplete = certificate.extensions.every(({ subs }) => subs.length === 2 || subs.length === 3);
  return isComplete && read.length > 0 && !times.some(Number.isNaN);
}

/** Certificates of a PEM text, in its order; nothing if one of them cannot be read. */
export function readPemCertificates(pem: string): readonly Buffer[] | undefined {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const ders = blocks.map((block) => Buffer.from(block.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64'));
  return ders.every((der) => readCertificate(der) !== undefined) ? ders : undefined;
}
