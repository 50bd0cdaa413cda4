import { createPublicKey } from 'node:crypto';
import { RFC3161Timestamp, type X509Certificate } from '@sigstore/core';
import { findPath } from '#signatures/certificate/chain.ts';
import { isFor } from '#signatures/certificate/purpose.ts';
import { readCertificate } from '#signatures/certificate/read-certificate.ts';
import { isRefusal, refuse, type Refusal } from '#signatures/refusal.ts';
import type { Timestamp } from '#signatures/signed.ts';
import { isWithin, type Authority } from '#signatures/trust/trust-root.ts';

/** The time that a trusted authority has put its signature to (RFC 3161). */
export function readTimestamp({ der, over }: Timestamp, authorities: readonly Authority[]): Date | Refusal {
  try {
    return checkTimestamp(RFC3161Timestamp.parse(Buffer.from(der)), over, authorities);
  } catch {
    // The parser reads lazily, and trips over what is not there.
    return refuse('timestamp-invalid', 'the timestamp cannot be read');
  }
}

function checkTimestamp(
  timestamp: RFC3161Timestamp,
  over: readonly Buffer[],
  authorities: readonly Authority[],
): Date | Refusal {
  // 0 is granted, 1 is granted with changes (RFC 3161, 2.4.2).
  if (timestamp.status > 1n) return refuse('timestamp-invalid', 'the authority has refused the timestamp');
  const time = timestamp.signingTime;
  let problem = refuse('timestamp-authority-untrusted', 'no authority that we trust has made the timestamp');
  for (const authority of authorities) {
    const signer = signerOf(timestamp, authority);
    if (signer === undefined) continue;
    const found = checkAuthority(timestamp, signer, authority, time) ?? checkContent(timestamp, signer, over);
    if (found === undefined) return time;
    problem = found;
  }
  return problem;
}

/** The certificate that the timestamp names: one that we have, or one that it brings along. */
function signerOf(timestamp: RFC3161Timestamp, { chain }: Authority): X509Certificate | undefined {
  const candidates = [...chain, ...embeddedCertificates(timestamp)];
  return candidates.find(
    (one) => one.serialNumber.equals(timestamp.signerSerialNumber) && one.issuer.equals(timestamp.signerIssuer),
  );
}

function checkAuthority(
  timestamp: RFC3161Timestamp,
  signer: X509Certificate,
  { chain, validFor }: Authority,
  time: Date,
): Refusal | undefined {
  if (!isWithin(validFor, time)) {
    return refuse(
      'timestamp-authority-expired',
      `the authority was not trusted any more, or not yet, at ${time.toISOString()}`,
    );
  }
  if (!isFor(signer, 'time-stamping')) {
    return refuse('timestamp-authority-untrusted', "the authority's certificate is not for timestamps");
  }
  const path = findPath(signer, chain, embeddedCertificates(timestamp), time);
  if (!isRefusal(path)) return undefined;
  return path.refused === 'certificate-expired'
    ? refuse('timestamp-authority-expired', `the authority's certificate had expired at ${time.toISOString()}`)
    : refuse('timestamp-authority-untrusted', 'no authority that we trust has made the timestamp');
}

function checkContent(
  timestamp: RFC3161Timestamp,
  signer: X509Certificate,
  over: readonly Buffer[],
): Refusal | undefined {
  const key = createPublicKey({ key: signer.publicKey, format: 'der', type: 'spki' });
  let reason = '';
  for (const bytes of over) {
    try {
      timestamp.verify(bytes, key);
      return undefined;
    } catch (error) {
      reason = error instanceof Error ? error.message : '';
    }
  }
  return reason.includes('imprint')
    ? refuse('timestamp-mismatch', 'the timestamp is about another signature')
    : refuse('timestamp-invalid', 'the signature of the timestamp does not hold');
}

/** CMS SignedData (RFC 5652, 5.1) may carry certificates, under the context tag 0. */
function embeddedCertificates(timestamp: RFC3161Timestamp): X509Certificate[] {
  const [, token] = timestamp.root.subs;
  const signedData = token?.subs.find((sub) => sub.tag.isContextSpecific(0))?.subs[0];
  const certificates = signedData?.subs.find((sub) => sub.tag.isContextSpecific(0))?.subs ?? [];
  return certificates.flatMap((one) => readCertificate(one.toDER()) ?? []);
}
