import type { Digest } from '#kit/digest.ts';
import { artifactOfDigest, type Artifact } from './artifact.ts';
import { readIdentity, type CertificateIdentity } from './identity/certificate-identity.ts';
import { checkIdentity, type ExpectedIdentity } from './identity/expected-identity.ts';
import { keyIdOf } from './keys/verification-key.ts';
import type { NotationSignature } from './notation/envelope/notation-signature.ts';
import type { NotationTrust } from './notation/trust/notation-trust.ts';
import { verifyNotation } from './notation/verify-notation.ts';
import { signaturePredicate } from './predicate-types.ts';
import { isRefusal, refuse, type Details, type Refusal } from './refusal.ts';
import type { Signed } from './signed.ts';
import { readStatement, type Statement } from './statement.ts';
import type { Claim, Stored } from './storage/stored.ts';
import { checkSimpleSigning, checkSubject, readSimpleSigning } from './subject.ts';
import { verifySigned, type Verified, type Verifier } from './verify.ts';

/** What is demanded of what vouches for an artifact. */
export interface Demand {
  readonly verifier: Verifier;
  /** Who may have signed with a certificate: any of these. Keys are believed as they are. */
  readonly identities: readonly ExpectedIdentity[];
  /** Who may have signed with Notation, which its trust policies say. */
  readonly notation?: NotationTrust;
  /** What must hold beyond that. */
  readonly examine?: Examine;
  /** What a statement of a wanted type would be worth that nobody has signed: it is shown, and counts for nothing. */
  readonly appraise?: (statement: Statement, artifact: Artifact) => Details;
  /** A signature of the artifact itself, or a statement about it of one of these types; of any type if none is named. */
  readonly wanted: { readonly kind: 'signature' } | { readonly kind: 'attestation'; readonly types: readonly string[] };
}

/** What must hold beyond the signature: a refusal if it does not, and what was found out in any case. */
export type Examine = (vouched: Vouched, artifact: Artifact, place: Place) => Refusal | Details | undefined;

/** Where something signed was found. */
export interface Place {
  /** The digest of the image that it is beside, for signatures that name one. */
  readonly image?: Digest;
  /** Where the image is, with its registry: what is stated may hold there only. */
  readonly repository?: string;
}

/** Somebody vouches for the artifact, and is believed. */
export interface Vouched {
  readonly verified: Verified;
  /** Who it is, where a certificate says so. */
  readonly identity?: CertificateIdentity;
  /** What is stated, if it is more than a signature. */
  readonly statement?: Statement;
  /** What was found out about that. */
  readonly details?: Details;
  /** What does not hold, and does not count because a trust policy of Notation says so. */
  readonly tolerated?: readonly Refusal[];
}

/** One thing that was found beside an image, and what it is worth. */
export interface Judged {
  readonly stored: Stored;
  readonly outcome: Vouched | Refusal;
}

/**
 * Judges what was found beside an image.
 * @param repository where the image is, with its registry, by which trust policies of Notation are found
 */
export function judgeStored(stored: Stored, image: Digest, demand: Demand, repository?: string): Judged {
  const { content } = stored;
  switch (content.kind) {
    case 'unreadable':
      return { stored, outcome: content.refusal };
    case 'claim':
      return { stored, outcome: judgeClaim(content, image, demand) };
    case 'signed':
      return { stored, outcome: judgeSigned(content.signed, artifactOfDigest(image), demand, { image, repository }) };
    case 'notation':
      return { stored, outcome: judgeNotation(content.signature, image, demand, repository) };
  }
}

/** Whatever it says, it counts for nothing. */
function judgeClaim({ what, statement, about }: Claim, image: Digest, { wanted, appraise }: Demand): Refusal {
  const refusal = refuse('claim-unsigned', `nobody has signed it: ${what}`);
  const isWanted = wanted.kind === 'attestation' && statement !== undefined && isOfType(statement, wanted.types);
  return isWanted && appraise !== undefined
    ? { ...refusal, details: appraise(statement, artifactOfDigest(about ?? image)) }
    : refusal;
}

function isOfType({ predicateType }: Statement, types: readonly string[]): boolean {
  return types.length === 0 || types.includes(predicateType);
}

/** Who is expected to have signed is for the trust policy to say, and not for {@link Demand.identities}. */
function judgeNotation(
  signature: NotationSignature,
  image: Digest,
  { wanted, notation, verifier: { now } }: Demand,
  repository: string | undefined,
): Vouched | Refusal {
  if (wanted.kind === 'attestation') return refuse('claim-type', 'it is a signature, and states nothing');
  return verifyNotation(signature, image, { trust: notation, repository, now });
}

/**
 * Judges something signed: whether it says what is wanted, about this artifact, and holds, and is of one who is expected.
 */
export function judgeSigned(signed: Signed, artifact: Artifact, demand: Demand, place: Place = {}): Vouched | Refusal {
  const claim = readClaim(signed, artifact, demand.wanted, place.image);
  if (isRefusal(claim)) return claim;
  const verified = verifySigned(signed, demand.verifier, artifact);
  if (isRefusal(verified)) return verified;
  const { signer } = verified;
  const identity = signer.kind === 'key' ? undefined : readIdentity(signer.certificate);
  const problem = identity === undefined ? undefined : checkAnyIdentity(identity, demand.identities);
  if (problem !== undefined) return problem;
  const vouched: Vouched = { verified, identity, statement: claim };
  const found = demand.examine?.(vouched, artifact, place);
  return found === undefined || isRefusal(found) ? (found ?? vouched) : { ...vouched, details: found };
}

/** What it says, if that is of the wanted kind and about the artifact; nothing more for a bare signature. */
function readClaim(
  signed: Signed,
  artifact: Artifact,
  wanted: Demand['wanted'],
  image: Digest | undefined,
): Statement | undefined | Refusal {
  const { content } = signed;
  if (content.kind === 'dsse') return readStated(signed, artifact, wanted);
  if (wanted.kind === 'attestation') return refuse('claim-type', 'it is a signature, and states nothing');
  if (content.kind === 'artifact') return undefined;
  const payload = readSimpleSigning(content.bytes);
  if (isRefusal(payload)) return payload;
  if (image === undefined) return refuse('claim-type', 'it is the signature of an image');
  return checkSimpleSigning(payload, image);
}

function readStated(
  { content }: Signed,
  artifact: Artifact,
  wanted: Demand['wanted'],
): Statement | undefined | Refusal {
  const statement = readStatement(content);
  if (isRefusal(statement)) return statement;
  const { predicateType } = statement;
  const isSignature = predicateType === signaturePredicate;
  if (isSignature !== (wanted.kind === 'signature')) {
    return refuse(
      'claim-type',
      isSignature ? 'it is a signature, and states nothing' : `it is an attestation (${predicateType})`,
    );
  }
  if (wanted.kind === 'attestation' && !isOfType(statement, wanted.types)) {
    return refuse('predicate-type', `it states something else: ${predicateType}`);
  }
  return checkSubject(statement, artifact) ?? (isSignature ? undefined : statement);
}

function checkAnyIdentity(identity: CertificateIdentity, expected: readonly ExpectedIdentity[]): Refusal | undefined {
  let problem: Refusal | undefined = refuse('identity-mismatch', 'nobody was named who may sign with a certificate');
  for (const one of expected) {
    problem = checkIdentity(identity, one);
    if (problem === undefined) return undefined;
  }
  return problem;
}

/** How many different signers vouch: one who signs twice counts once. */
export function countSigners(vouched: readonly Vouched[]): number {
  return new Set(vouched.map(signerIdOf)).size;
}

function signerIdOf({ verified: { signer }, identity }: Vouched): string {
  if (signer.kind === 'key') return keyIdOf(signer.key.key);
  const names = identity?.names.map(({ value }) => value) ?? [];
  return JSON.stringify([identity?.claims.issuer, ...names]);
}
