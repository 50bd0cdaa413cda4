import type { X509Certificate } from '@sigstore/core';
import type { Digest } from '#kit/digest.ts';
import { readCertificate } from '#signatures/certificate/read-certificate.ts';
import type { CertificateIdentity } from '#signatures/identity/certificate-identity.ts';
import { isRefusal, refuse, type Refusal } from '#signatures/refusal.ts';
import type { Verified } from '#signatures/verify.ts';
import { algorithmOfKey, isSignedBy } from './algorithm.ts';
import { checkChain, keyOf } from './certificate-rules.ts';
import { readCountersignature } from './countersignature.ts';
import { formatName, matchesName, nameOf, type DistinguishedName } from './distinguished-name.ts';
import type { NotationSignature } from './envelope/notation-signature.ts';
import { checkPayload } from './payload.ts';
import { canBeRevoked } from './revocation.ts';
import { policyFor, type LoadedPolicy, type NotationTrust } from './trust/notation-trust.ts';

/** With what a signature of Notation is verified. */
export interface NotationVerifier {
  /** Whom we believe; nobody, if it is not said. */
  readonly trust?: NotationTrust;
  /** Where the image is, by which its trust policy is found: registry and path, as references have them. */
  readonly repository?: string;
  readonly now: Date;
}

/** A signature of Notation that holds, and is of one who is trusted for this repository. */
export interface VerifiedNotation {
  readonly verified: Verified;
  /** The subject of the signer's certificate, and who has issued it. */
  readonly identity: CertificateIdentity;
  /** What does not hold, and does not count because the trust policy says so. */
  readonly tolerated: readonly Refusal[];
}

/** Clocks of honest machines differ by less. */
const clockSkew = 5 * 60 * 1000;

/**
 * Verifies a signature of Notation (trust policy specification, "Signature Verification"): that it is whole and over this image, of
 * one who is trusted, and not expired, and that its certificates were valid when it was made, and not revoked.
 *
 * What a trust policy says is followed as long as it demands that signers are trusted: strict and permissive. The levels audit and
 * skip, which demand that of nobody, verify nothing. Revocation is not asked about; where it could be, and the policy demands it,
 * that is a refusal.
 */
export function verifyNotation(
  signature: NotationSignature,
  image: Digest,
  { trust, repository, now }: NotationVerifier,
): VerifiedNotation | Refusal {
  if (trust === undefined) return refuse('trust-policy-missing', 'no trust policy of Notation was named');
  const policy = policyFor(trust, repository);
  if (isRefusal(policy)) return policy;
  if (policy.level === 'skip') return unenforced(policy);
  const chain = signature.certificates.flatMap((der) => readCertificate(der) ?? []);
  const [leaf] = chain;
  if (leaf === undefined || chain.length < signature.certificates.length) {
    return refuse('certificate-invalid', 'a certificate of the envelope cannot be read');
  }
  const problem = checkIntegrity(signature, leaf, image);
  if (problem !== undefined) return problem;
  const identity = checkAuthenticity(signature, chain, policy, now);
  if (isRefusal(identity)) return identity;
  const tolerated: Refusal[] = [];
  const expired = checkExpiry(signature, now);
  if (expired !== undefined && policy.actions.expiry === 'enforce') return expired;
  if (expired !== undefined) tolerated.push(expired);
  const dated = dateOf(signature, chain, policy, now);
  if (isRefusal(dated) && policy.actions.authenticTimestamp === 'enforce') return dated;
  if (isRefusal(dated)) tolerated.push(dated);
  const { times, authority } = isRefusal(dated) ? { times: [], authority: [] } : dated;
  if (policy.actions.revocation !== 'skip' && (canBeRevoked(chain) || canBeRevoked(authority))) {
    const unchecked = refuse(
      'revocation-unchecked',
      'whether its certificates were revoked is not asked, and could be',
    );
    if (policy.actions.revocation === 'enforce') return unchecked;
    tolerated.push(unchecked);
  }
  if (policy.level === 'audit' || policy.actions.authenticity !== 'enforce') return unenforced(policy);
  return { verified: { signer: { kind: 'certificate', certificate: leaf }, times, entries: [] }, identity, tolerated };
}

function unenforced({ name, level }: LoadedPolicy): Refusal {
  const demand = level === 'audit' || level === 'skip' ? `has the level ${level}` : 'logs who has signed';
  return refuse('trust-policy-unenforced', `the trust policy "${name}" ${demand}, and so nobody has to be trusted`);
}

/** The key of the certificate has signed exactly this, and it is about this image. */
function checkIntegrity(signature: NotationSignature, leaf: X509Certificate, image: Digest): Refusal | undefined {
  const key = keyOf(leaf);
  if (key === undefined) {
    return refuse('signature-algorithm', 'the key of the certificate is of a kind that Notation does not use');
  }
  const { algorithm, signedBytes } = signature;
  if (algorithmOfKey(key) !== algorithm) {
    return refuse('signature-algorithm', `it is said to be signed by ${algorithm.name}, which such a key does not do`);
  }
  if (!isSignedBy(key, algorithm, signedBytes, signature.signature)) {
    return refuse('signature-invalid', 'the key has not signed this');
  }
  return checkPayload(signature, image);
}

/** The certificates lead to one that is trusted, and the signer is one of those who are named. */
function checkAuthenticity(
  { scheme }: NotationSignature,
  chain: readonly X509Certificate[],
  { name, roots, identities }: LoadedPolicy,
  now: Date,
): CertificateIdentity | Refusal {
  const problem = checkChain(chain, now);
  // Whether that was so when it was signed is asked later.
  if (problem !== undefined && problem.refused !== 'certificate-expired') return problem;
  const trusted = scheme === 'notary.x509' ? roots.ca : roots.signingAuthority;
  if (!trusted.some((root) => chain.some((certificate) => certificate.equals(root)))) {
    return refuse(
      'certificate-authority-untrusted',
      `no authority of the trust policy "${name}" has issued the certificate`,
    );
  }
  const names = namesOf(chain);
  if (names === undefined) return refuse('certificate-invalid', 'the name in the certificate cannot be read');
  const { subject, issuer } = names;
  if (subject.length === 0) return refuse('identity-missing', 'the certificate names no subject');
  if (identities !== 'any' && !identities.some((one) => matchesName(one, subject))) {
    return refuse('identity-mismatch', `the trust policy "${name}" does not name ${formatName(subject)}`);
  }
  return { names: [{ kind: 'subject', value: formatName(subject) }], claims: { issuer: formatName(issuer) } };
}

/** Places in a certificate (RFC 5280, 4.1). */
const fields = { issuer: 3, subject: 5 } as const;

function namesOf([leaf]: readonly X509Certificate[]):
  | { readonly subject: DistinguishedName; readonly issuer: DistinguishedName }
  | undefined {
  try {
    const { [fields.subject]: subject, [fields.issuer]: issuer } = leaf?.tbsCertificate.subs ?? [];
    return subject === undefined || issuer === undefined
      ? undefined
      : { subject: nameOf(subject), issuer: nameOf(issuer) };
  } catch {
    return undefined;
  }
}

function checkExpiry({ expiry }: NotationSignature, now: Date): Refusal | undefined {
  return expiry === undefined || now < expiry
    ? undefined
    : refuse('signature-expired', `its signer wanted it to be used until ${expiry.toISOString()}`);
}

interface Dated {
  /** Who vouches for when it was signed; nobody, if the certificates are valid now. */
  readonly times: Verified['times'];
  /** The certificates of the timestamp authority. */
  readonly authority: readonly X509Certificate[];
}

/** The certificates were valid when it was signed, as far as somebody vouches for that, and else are valid now. */
function dateOf(
  signature: NotationSignature,
  chain: readonly X509Certificate[],
  policy: LoadedPolicy,
  now: Date,
): Dated | Refusal {
  if (signature.scheme === 'notary.x509.signingAuthority') {
    const time = signature.signingTime;
    const times = [{ by: 'signing-authority', time }] as const;
    return checkTimes(chain, [time], now) ?? { times, authority: [] };
  }
  if (!needsTimestamp(chain, policy, now)) return checkChain(chain, now) ?? { times: [], authority: [] };
  if (signature.timestamp === undefined) {
    return refuse('time-missing', `the trust policy "${policy.name}" wants a timestamp, and it has none`);
  }
  const found = readCountersignature(signature.timestamp, signature.signature, policy.roots.tsa);
  if (isRefusal(found)) return found;
  const times = [{ by: 'timestamp-authority', time: found.time }] as const;
  return checkTimes(chain, found.range, now) ?? { times, authority: found.chain };
}

function needsTimestamp(
  chain: readonly X509Certificate[],
  { stores, verifyTimestamp }: LoadedPolicy,
  now: Date,
): boolean {
  const hasExpired = chain.some(({ notAfter }) => notAfter < now);
  return stores.some(({ type }) => type === 'tsa') && (verifyTimestamp === 'always' || hasExpired);
}

function checkTimes(chain: readonly X509Certificate[], times: readonly Date[], now: Date): Refusal | undefined {
  for (const time of times) {
    if (time.getTime() > now.getTime() + clockSkew) {
      return refuse('time-in-future', `it is said to have been signed at ${time.toISOString()}, which is yet to come`);
    }
    const problem = checkChain(chain, time);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
