import { createPublicKey, type KeyObject } from 'node:crypto';
import type { X509Certificate } from '@sigstore/core';
import { findPath } from '#signatures/certificate/chain.ts';
import { isRefusal, refuse, type Refusal } from '#signatures/refusal.ts';
import { algorithmOfKey } from './algorithm.ts';

/** What a certificate of Notation is for. */
type CertificateUse = 'code-signing' | 'time-stamping';

const oids = { keyUsage: '2.5.29.15', constraints: '2.5.29.19', purposes: '2.5.29.37' } as const;
const longestChain = 8;

/**
 * Checks the certificates of an envelope: the signer's, its issuers in their order and, last, the root, with nothing missing and
 * nothing besides (signature specification, "Certificate Requirements"). Who the root is does not matter here.
 * @param at when they must be valid; if that is all that is wrong, the refusal is `certificate-expired`
 */
export function checkChain(certificates: readonly X509Certificate[], at: Date): Refusal | undefined {
  const [leaf, ...authorities] = certificates;
  const root = certificates.at(-1);
  if (leaf === undefined || root === undefined || certificates.length > longestChain) {
    return refuse('certificate-chain-invalid', `the chain has ${certificates.length} certificates`);
  }
  const unknown = certificates.find(({ signatureAlgorithm }) => signatureAlgorithm === undefined);
  if (unknown !== undefined) {
    return refuse('signature-algorithm', 'a certificate is signed in a way that is broken or not understood');
  }
  const problem = checkUse(leaf, 'code-signing') ?? checkAuthorities(authorities);
  if (problem !== undefined) return problem;
  if (!isSelfSigned(root)) return refuse('certificate-chain-invalid', 'the last certificate is not that of a root');
  const path = findPath(leaf, authorities.length === 0 ? [leaf] : authorities, [], at);
  if (isRefusal(path) && path.refused !== 'certificate-authority-untrusted') return path;
  const isInOrder =
    !isRefusal(path) && path.length === certificates.length && path.every((one, i) => one === certificates[i]);
  return isInOrder
    ? undefined
    : refuse('certificate-chain-invalid', 'the certificates are not those of a chain, from the signer to the root');
}

/** Checks the certificate of a signer or of a timestamp authority: what its key may be used for, and how strong it is. */
export function checkUse(certificate: X509Certificate, use: CertificateUse): Refusal | undefined {
  try {
    if (keyOf(certificate) === undefined) {
      return refuse('signature-algorithm', 'the key of the certificate is of a kind that Notation does not use');
    }
    const isAllowed = !isAuthority(certificate) && signsOnly(certificate, use) && hasPurpose(certificate, use);
    return isAllowed ? undefined : refuse('certificate-purpose', `the certificate is not for ${purposeNames[use]}`);
  } catch {
    return unreadable();
  }
}

const purposeNames = { 'code-signing': 'signing code', 'time-stamping': 'timestamps' } as const;

/** Checks what certificates of authorities must have besides what every verifier asks for. */
export function checkAuthorities(certificates: readonly X509Certificate[]): Refusal | undefined {
  try {
    const isFit = certificates.every(
      (one) =>
        one.extension(oids.constraints)?.critical === true &&
        one.extension(oids.keyUsage)?.critical === true &&
        isAuthority(one) &&
        usageOf(one)[bits.certificateSigning] === 1,
    );
    return isFit
      ? undefined
      : refuse('certificate-chain-invalid', 'a certificate of the chain is not one of an authority');
  } catch {
    return unreadable();
  }
}

/** The key of a certificate, if it is one with which Notation signs. */
export function keyOf(certificate: X509Certificate): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: certificate.publicKey, format: 'der', type: 'spki' });
    return algorithmOfKey(key) === undefined ? undefined : key;
  } catch {
    return undefined;
  }
}

/** Whether a certificate is its own issuer, as those of roots are. */
export function isSelfSigned(certificate: X509Certificate): boolean {
  try {
    return certificate.subject.equals(certificate.issuer) && certificate.verify();
  } catch {
    return false;
  }
}

/** Whether it may issue certificates. @throws if it cannot be read */
export function isAuthority(certificate: X509Certificate): boolean {
  return certificate.extBasicConstraints?.isCA === true;
}

/** Bits of the key usage (RFC 5280, 4.2.1.3). */
const bits = { digitalSignature: 0, nonRepudiation: 1, certificateSigning: 5 } as const;

function usageOf(certificate: X509Certificate): readonly number[] {
  return certificate.extension(oids.keyUsage)?.valueObj.subs[0]?.toBitString() ?? [];
}

function signsOnly(certificate: X509Certificate, use: CertificateUse): boolean {
  const usage = usageOf(certificate);
  const isMarked = use === 'time-stamping' || certificate.extension(oids.keyUsage)?.critical === true;
  const isOther = (bit: number, position: number) => bit === 1 && position > bits.nonRepudiation;
  return isMarked && usage[bits.digitalSignature] === 1 && !usage.some(isOther);
}

const purposes = { 'code-signing': '1.3.6.1.5.5.7.3.3', 'time-stamping': '1.3.6.1.5.5.7.3.8' } as const;

/** Purposes that go with no other: anything, servers, clients, mail, timestamps, revocation. */
const excluded: readonly string[] = [
  '2.5.29.37.0',
  ...['1', '2', '4', '8', '9'].map((last) => `1.3.6.1.5.5.7.3.${last}`),
];

/**
 * A signer's certificate may name no purpose at all; but if it names any, signing code is among them (RFC 5280, 4.2.1.12). That of
 * a timestamp authority has this one purpose, and says so critically (RFC 3161, 2.3).
 */
function hasPurpose(certificate: X509Certificate, use: CertificateUse): boolean {
  const extension = certificate.extension(oids.purposes);
  const listed = (extension?.valueObj.subs[0]?.subs ?? []).map((one) => one.toOID());
  if (use === 'time-stamping')
    return extension?.critical === true && listed.length === 1 && listed[0] === purposes[use];
  return extension === undefined || (listed.includes(purposes[use]) && !listed.some((one) => excluded.includes(one)));
}

function unreadable(): Refusal {
  return refuse('certificate-invalid', 'a certificate cannot be read');
}
