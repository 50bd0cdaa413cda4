import type { Digest } from '#kit/digest.ts';
import type { CertificateIdentity } from './identity/certificate-identity.ts';
import { countSigners, type Vouched } from './judge.ts';
import { keyIdOf } from './keys/verification-key.ts';
import { cureOf, isRefusal, linkOf, refuse, type Details, type Refusal } from './refusal.ts';
import type { Stored } from './storage/stored.ts';

/** The answer to "who vouches for it": everything that was found, what it is worth, and whether that is enough. */
export interface Verification {
  readonly reference: string;
  readonly digest?: Digest;
  /** Whether the digest is that of an index, of an image, or of something else. */
  readonly isIndex?: boolean;
  readonly entries: readonly VerifiedEntry[];
  readonly signers: number;
  readonly needed: number;
  readonly isVerified: boolean;
  /** Why it is not, as far as that is no matter of one entry. */
  readonly problem?: Refusal;
  /** The images of an index, where these are asked about too. */
  readonly children: readonly Verification[];
}

export interface VerifiedEntry {
  readonly stored: Pick<Stored, 'format' | 'tag'> & { readonly manifest?: Digest; readonly file?: string };
  readonly outcome: Vouched | Refusal;
}

/** Puts the answer together: it is verified if enough different signers vouch for it, and for each of its children. */
export function verificationOf(
  reference: string,
  digest: Digest | undefined,
  entries: readonly VerifiedEntry[],
  needed: number,
  rest: { readonly isIndex?: boolean; readonly children?: readonly Verification[] } = {},
): Verification {
  const vouched = entries.flatMap(({ outcome }) => (isRefusal(outcome) ? [] : outcome));
  const signers = countSigners(vouched);
  const children = rest.children ?? [];
  const isVerified = signers >= needed && children.every((child) => child.isVerified);
  const problem = entries.length === 0 ? refuse('format-missing', 'nobody has signed it') : undefined;
  return { reference, digest, isIndex: rest.isIndex, entries, signers, needed, isVerified, problem, children };
}

/** The answer where there was nothing to verify with: what was named as a key is none. */
export function refusedSubject(reference: string, message: string): Verification {
  const problem = refuse('key-invalid', message);
  return { reference, entries: [], signers: 0, needed: 1, isVerified: false, problem, children: [] };
}

/** Raised when a field changes its meaning or goes away; new fields may come at any time. */
const schemaVersion = 1;

/** The answer as `schemas/verification.schema.json` describes it. */
export function verificationToJson(verification: Verification): object {
  return { schemaVersion, ...bodyOf(verification) };
}

function bodyOf({
  reference,
  digest,
  isIndex,
  isVerified,
  signers,
  needed,
  problem,
  entries,
  children,
}: Verification): object {
  return {
    reference,
    digest: digest ?? null,
    isIndex,
    verified: isVerified,
    signers,
    needed,
    problem: problem === undefined ? null : refusalOf(problem),
    entries: entries.map(entryOf),
    children: children.map(bodyOf),
  };
}

function entryOf({ stored, outcome }: VerifiedEntry): object {
  const place = { format: stored.format, manifest: stored.manifest ?? null, tag: stored.tag, file: stored.file };
  if (isRefusal(outcome)) {
    return { ...place, accepted: false, refusal: refusalOf(outcome), ...detailsOf(outcome.details) };
  }
  const { verified, identity, statement, tolerated } = outcome;
  return {
    ...place,
    accepted: true,
    signer: signerOf(outcome, identity),
    times: verified.times.map(({ by, time }) => ({ by, time: time.toISOString() })),
    log: verified.entries.map(({ logId, index, integratedTime, kind, version }) => ({
      logId: logId.toString('hex'),
      index: String(index),
      kind: `${kind}/${version}`,
      integratedTime: integratedTime === 0 ? null : new Date(integratedTime * 1000).toISOString(),
    })),
    predicateType: statement?.predicateType ?? null,
    tolerated: tolerated?.map(refusalOf),
    ...detailsOf(outcome.details),
  };
}

function signerOf({ verified: { signer } }: Vouched, identity: CertificateIdentity | undefined): object {
  if (signer.kind === 'key') return { kind: 'key', name: signer.key.name, id: keyIdOf(signer.key.key) };
  return { kind: 'certificate', names: identity?.names ?? [], claims: identity?.claims ?? {} };
}

function detailsOf(details: Details | undefined): object {
  return details === undefined ? {} : { [details.name]: details.json };
}

function refusalOf(refusal: Refusal): object {
  return { code: refusal.refused, link: linkOf(refusal), message: refusal.message, cure: cureOf(refusal) };
}
