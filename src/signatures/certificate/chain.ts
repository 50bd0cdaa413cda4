import { createPublicKey, verify } from 'node:crypto';
import type { X509Certificate } from '@sigstore/core';
import { refuse, type Refusal } from '#signatures/refusal.ts';

/** The most certificates between a signer and a root, both included. */
const longestChain = 8;

/** Certificate extensions that we understand: only these may be marked critical (RFC 5280, 4.2). */
const understood: ReadonlySet<string> = new Set([
  '2.5.29.15', // key usage
  '2.5.29.17', // subject alternative name
  '2.5.29.19', // basic constraints
  '2.5.29.37', // extended key usage
]);

/**
 * The path from a certificate to the last of the trusted ones, its root (RFC 5280, 6.1): each is signed by the next, which is an
 * authority and allows a path of that length; all are valid at that time.
 * @param trusted an authority's chain, the root last
 * @param intermediates certificates that prove nothing by themselves
 */
export function findPath(
  leaf: X509Certificate,
  trusted: readonly X509Certificate[],
  intermediates: readonly X509Certificate[],
  at: Date,
): readonly X509Certificate[] | Refusal {
  const root = trusted.at(-1);
  const candidates = [...trusted, ...intermediates];
  const path = [leaf];
  const isAtRoot = () => root !== undefined && path.at(-1)?.equals(root) === true;
  while (!isAtRoot()) {
    const last = path.at(-1) ?? leaf;
    const issuer = candidates.find((candidate) => !path.includes(candidate) && isIssuer(candidate, last));
    if (issuer === undefined || path.length >= longestChain) {
      return refuse('certificate-authority-untrusted', 'no trusted authority has issued the certificate');
    }
    path.push(issuer);
  }
  return problemOf(path, at) ?? path;
}

/** Names chain, and the signature holds. */
function isIssuer(issuer: X509Certificate, certificate: X509Certificate): boolean {
  if (!issuer.subject.equals(certificate.issuer)) return false;
  const wanted = certificate.extAuthorityKeyID?.keyIdentifier;
  const own = issuer.extSubjectKeyID?.keyIdentifier;
  if (wanted !== undefined && own !== undefined && !wanted.equals(own)) return false;
  return isSignedBy(certificate, issuer);
}

function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    const key = createPublicKey({ key: issuer.publicKey, format: 'der', type: 'spki' });
    // Ed25519 names no digest.
    const algorithm = key.asymmetricKeyType === 'ed25519' ? null : certificate.signatureAlgorithm;
    if (algorithm === undefined) return false;
    return verify(algorithm, certificate.tbsCertificate.toDER(), key, certificate.signatureValue);
  } catch {
    return false;
  }
}

function problemOf(path: readonly X509Certificate[], at: Date): Refusal | undefined {
  const [, ...authorities] = path;
  if (authorities.some((certificate) => !certificate.isCA)) {
    return refuse('certificate-chain-invalid', 'a certificate of the chain is not one of an authority');
  }
  for (const [below, certificate] of authorities.entries()) {
    const allowed = certificate.extBasicConstraints?.pathLenConstraint;
    if (allowed !== undefined && allowed < BigInt(below)) {
      return refuse('certificate-chain-invalid', 'the chain is longer than one of its authorities allows');
    }
  }
  if (path.some(hasUnknownConstraint)) {
    return refuse('certificate-chain-invalid', 'a certificate has a critical constraint that is not understood');
  }
  const expired = path.find((certificate) => !certificate.validForDate(at));
  if (expired === undefined) return undefined;
  const period = `${expired.notBefore.toISOString()} to ${expired.notAfter.toISOString()}`;
  const whose = expired === path[0] ? 'the certificate' : 'a certificate of the chain';
  return refuse('certificate-expired', `${whose} is valid from ${period}, and it was signed at ${at.toISOString()}`);
}

function hasUnknownConstraint(certificate: X509Certificate): boolean {
  return certificate.extensions.some(({ subs }) => {
    const [oid, critical] = subs;
    // An extension is a sequence of its name, optionally whether it is critical, and its value.
    return subs.length === 3 && critical?.toBoolean() === true && !understood.has(oid?.toOID() ?? '');
  });
}
