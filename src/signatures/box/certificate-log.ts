import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { signWith } from './algorithm.ts';
import { spkiOf } from './certificate.ts';
import { uint, vector } from './tls.ts';

/** A certificate transparency log (RFC 6962) that promises to log, and keeps nothing. */
export interface CertificateLog {
  readonly publicKey: KeyObject;
  /** SHA-256 of its public key. */
  readonly id: Buffer;
  /**
   * Promises to log a precertificate.
   * @param issuerKey the key of the authority that will sign the certificate
   * @returns a serialized SignedCertificateTimestamp, version 1, without extensions (RFC 6962, 3.2)
   */
  promise(precertificate: Buffer, issuerKey: KeyObject, at: Date): Buffer;
}

/** Makes a log with a key of its own; `as` lets it claim to be another log, whose promises it forges. */
export function createCertificateLog(as?: CertificateLog): CertificateLog {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = as?.id ?? createHash('sha256').update(spkiOf(publicKey)).digest();
  return {
    publicKey,
    id,
    promise(precertificate, issuerKey, at) {
      const time = Buffer.alloc(8);
      time.writeBigUInt64BE(BigInt(at.getTime()));
      const issuer = createHash('sha256').update(spkiOf(issuerKey)).digest();
      const signature = signWith(
        privateKey,
        // Version 1, certificate_timestamp, time, precert_entry, the precertificate, no extensions.
        Buffer.concat([Buffer.of(0, 0), time, uint(1, 2), issuer, vector(precertificate, 3), uint(0, 2)]),
      );
      // TLS names the signature algorithm as two bytes: sha256 and ecdsa (RFC 5246, 7.4.1.4.1).
      return Buffer.concat([Buffer.of(0), id, time, uint(0, 2), Buffer.of(4, 3), vector(signature, 2)]);
    },
  };
}
