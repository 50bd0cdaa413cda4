import { createHash } from 'node:crypto';
import { RFC3161Timestamp, type ASN1Obj, type X509Certificate } from '@sigstore/core';
import { findPath } from '#signatures/certificate/chain.ts';
import { der } from '#signatures/certificate/der.ts';
import { readCertificate } from '#signatures/certificate/read-certificate.ts';
import { isRefusal, refuse, type Refusal } from '#signatures/refusal.ts';
import { readTimestamp } from '#signatures/time/timestamp.ts';
import { checkAuthorities, checkUse } from './certificate-rules.ts';

/** That a signature was there at a time, says an authority that is trusted. */
export interface Countersigned {
  readonly time: Date;
  /** The time as exactly as the authority knows it: not before the first, not after the second. */
  readonly range: readonly [Date, Date];
  /** The authority's certificates, the root last. */
  readonly chain: readonly X509Certificate[];
}

/**
 * Reads and verifies the countersignature of a timestamp authority (RFC 3161; trust policy specification, "Validate Authentic
 * Timestamp").
 * @param token TimeStampToken, DER
 * @param signature what it is to be over
 * @param roots the authorities that are trusted
 */
export function readCountersignature(
  token: Buffer,
  signature: Buffer,
  roots: readonly X509Certificate[],
): Countersigned | Refusal {
  // An answer of an authority is its status, here "granted", and the token.
  const answer = der.sequence(der.sequence(der.integer(0)), token);
  const always = { start: new Date(0) };
  const authorities = roots.map((root) => ({ chain: [root], validFor: always }));
  const time = readTimestamp({ der: answer, over: [signature] }, authorities);
  if (isRefusal(time)) return time;
  try {
    // The parser takes bytes that it owns.
    return checkToken(RFC3161Timestamp.parse(Buffer.from(answer)), time, roots);
  } catch {
    return refuse('timestamp-invalid', 'the timestamp cannot be read');
  }
}

/** What Notation demands besides: certificates for nothing else, and the signer's named in what is signed. */
function checkToken(token: RFC3161Timestamp, time: Date, roots: readonly X509Certificate[]): Countersigned | Refusal {
  const embedded = certificatesOf(token);
  const signer = [...roots, ...embedded].find(
    (one) => one.serialNumber.equals(token.signerSerialNumber) && one.issuer.equals(token.signerIssuer),
  );
  const paths = signer === undefined ? [] : roots.map((root) => findPath(signer, [root], embedded, time));
  const chain = paths.find((path) => !isRefusal(path));
  if (signer === undefined || chain === undefined || isRefusal(chain)) {
    return refuse('timestamp-authority-untrusted', 'no authority that we trust has made the timestamp');
  }
  const problem = checkUse(signer, 'time-stamping') ?? checkAuthorities(chain.slice(1));
  if (problem !== undefined) {
    return refuse('timestamp-authority-untrusted', `the timestamp authority does not count: ${problem.message}`);
  }
  if (!namesCertificate(token, signer)) {
    return refuse('timestamp-invalid', 'the timestamp does not say with which certificate it was made');
  }
  const accuracy = accuracyOf(token);
  const [from, to] = [new Date(time.getTime() - accuracy), new Date(time.getTime() + accuracy)];
  return { time, range: [from, to], chain };
}

/** CMS SignedData (RFC 5652, 5.1): below the content type, in a context tag. */
function signedDataOf({ root }: RFC3161Timestamp): readonly ASN1Obj[] {
  const [, token] = root.subs;
  return token?.subs[1]?.subs[0]?.subs ?? [];
}

function certificatesOf(token: RFC3161Timestamp): readonly X509Certificate[] {
  const certificates = signedDataOf(token).find(({ tag }) => tag.isContextSpecific(0))?.subs ?? [];
  return certificates.flatMap((one) => readCertificate(one.toDER()) ?? []);
}

const signingCertificateV2 = '1.2.840.113549.1.9.16.2.47';
const hashes: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** The first of ESSCertIDv2 is that of the signer (RFC 5816, 2.2.1; RFC 5035, 3): a hash, by default SHA-256. */
function namesCertificate(token: RFC3161Timestamp, signer: X509Certificate): boolean {
  const signerInfo = signedDataOf(token).at(-1)?.subs[0];
  const attributes = signerInfo?.subs.find(({ tag }) => tag.isContextSpecific(0))?.subs ?? [];
  const attribute = attributes.find(({ subs: [type] }) => type?.toOID() === signingCertificateV2);
  const parts = attribute?.subs[1]?.subs[0]?.subs[0]?.subs[0]?.subs ?? [];
  const [first, second] = parts;
  const isNamed = first !== undefined && !first.tag.isOctetString();
  const hash = isNamed ? hashes[first.subs[0]?.toOID() ?? ''] : 'sha256';
  const value = (isNamed ? second : first)?.value;
  if (hash === undefined || value === undefined) return false;
  return createHash(hash).update(signer.root.toDER()).digest().equals(value);
}

/** The policy of authorities that know the time to a second (RFC 3628, 5.2). */
const baselinePolicy = '0.4.0.2023.1.1';

/** How far the time may be off, in milliseconds: what stands after it, if anything does (RFC 3161, 2.4.2). */
function accuracyOf({ tstInfo }: RFC3161Timestamp): number {
  const fields = tstInfo.root.subs;
  const after = fields[fields.findIndex(({ tag }) => tag.isGeneralizedTime()) + 1];
  const isAccuracy = after?.tag.isUniversal() === true && after.tag.constructed;
  if (!isAccuracy) return fields[1]?.toOID() === baselinePolicy ? 1000 : 0;
  const milliseconds = after.subs.map((part) => {
    if (part.tag.isInteger()) return Number(part.toInteger()) * 1000;
    // Thousandths and millionths of a second, as integers under context tags.
    return Number(BigInt(`0x${part.value.toString('hex') || '0'}`)) / (part.tag.isContextSpecific(0) ? 1 : 1000);
  });
  return Math.ceil(milliseconds.reduce((sum, one) => sum + one, 0));
}
