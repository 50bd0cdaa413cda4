import { X509Certificate } from '@sigstore/core';

/** An X.509 certificate, DER; nothing if it is not whole. */
export function readCertificate(der: Buffer): X509Certificate | undefined {
  try {
    // The parser takes bytes that it owns.
    const certificate = X509Certificate.parse(Buffer.from(der));
    // It reads lazily: what everyone needs must be there now.
    const times = [certificate.notBefore, certificate.notAfter].map((time) => time.getTime());
    const sizes = [certificate.subject, certificate.issuer, certificate.publicKey, certificate.signatureValue];
    const isWhole = !times.some(Number.isNaN) && sizes.every((bytes) => bytes.length >= 0);
    return isWhole && certificate.extensions.every((extension) => extension.subs.length >= 2) ? certificate : undefined;
  } catch {
    return undefined;
  }
}

/** Certificates of a PEM text, in its order; nothing if one of them cannot be read. */
export function readPemCertificates(pem: string): readonly Buffer[] | undefined {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const ders = blocks.map((block) => Buffer.from(block.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64'));
  return ders.every((der) => readCertificate(der) !== undefined) ? ders : undefined;
}
