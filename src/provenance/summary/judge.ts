import { isTrustedSigner, type TrustedSigner } from '#provenance/builders/trusted-builder.ts';
import { isProvenanceRefusal, refuseProvenance, type ProvenanceRefusal } from '#provenance/refusal.ts';
import { shown } from '#provenance/shown.ts';
import { describeSigner, type ProvenanceSigner } from '#provenance/signer.ts';
import type { Artifact } from '#signatures/artifact.ts';
import type { Pattern } from '#signatures/identity/pattern.ts';
import type { Statement } from '#signatures/statement.ts';
import { checkSubject } from '#signatures/subject.ts';
import { levelIn, readSummary, type Summary } from './summary.ts';

/** What is demanded of the summary of somebody else's verification. */
export interface SummaryDemand {
  /** Who is believed as which verifier: a signer counts only together with its id. */
  readonly verifiers: readonly TrustedVerifier[];
  /** What it must have been verified as. */
  readonly resourceUri: Pick<Pattern, 'written' | 'matches'>;
  readonly policy?: { readonly uri?: Pick<Pattern, 'written' | 'matches'>; readonly sha256?: string };
  /** Levels and properties that must be among those verified: `SLSA_BUILD_LEVEL_2` is also shown by level 3. */
  readonly levels: readonly string[];
  /** The oldest that it may be, in milliseconds. A summary without a time is then refused. */
  readonly oldest?: number;
  readonly now: Date;
}

interface TrustedVerifier {
  readonly id: Pick<Pattern, 'written' | 'matches'>;
  /** Nobody in particular where it was asked before who may sign. */
  readonly signer?: TrustedSigner;
}

export interface SummaryVerdict {
  readonly summary?: Summary;
  readonly refusals: readonly ProvenanceRefusal[];
  readonly isAccepted: boolean;
}

/** Clocks of honest machines differ by less, in milliseconds. */
const clockSkew = 5 * 60 * 1000;

/**
 * Judges a verification summary in the order of its specification ("How to verify"); its first step, the signature, is done.
 * @param signer nobody for a summary that is not signed
 */
export function judgeSummary(
  statement: Statement,
  artifact: Artifact,
  signer: ProvenanceSigner | undefined,
  demand: SummaryDemand,
): SummaryVerdict {
  const summary = readSummary(statement);
  if (isProvenanceRefusal(summary)) return { refusals: [summary], isAccepted: false };
  const about = checkSubject(statement, artifact);
  const checks = [
    about && refuseProvenance('summary-subject-mismatch', about.message),
    checkVerifier(summary, signer, demand),
    demand.resourceUri.matches(summary.resourceUri)
      ? undefined
      : refuseProvenance(
          'summary-resource-mismatch',
          `it was verified as ${shown(summary.resourceUri)}, not as ${demand.resourceUri.written}`,
        ),
    checkPolicy(summary, demand),
    summary.hasPassed
      ? undefined
      : refuseProvenance('summary-failed', `${shown(summary.verifier)} says that it failed`),
    ...demand.levels.map((level) => checkLevel(summary, level)),
    checkAge(summary, demand),
  ];
  const refusals = checks.filter((refusal) => refusal !== undefined);
  return { summary, refusals, isAccepted: refusals.length === 0 };
}

function checkVerifier(
  { verifier }: Summary,
  signer: ProvenanceSigner | undefined,
  { verifiers }: SummaryDemand,
): ProvenanceRefusal | undefined {
  if (signer === undefined) return refuseProvenance('summary-unsigned', 'nobody has signed it');
  const isTrusted = verifiers.some(
    ({ id, signer: trusted }) => id.matches(verifier) && (trusted === undefined || isTrustedSigner(trusted, signer)),
  );
  if (isTrusted) return undefined;
  const message = `${describeSigner(signer)} is not trusted to speak for ${shown(verifier)}`;
  return refuseProvenance('summary-verifier-untrusted', message);
}

function checkPolicy({ policy }: Summary, { policy: wanted }: SummaryDemand): ProvenanceRefusal | undefined {
  const { uri, sha256 } = wanted ?? {};
  if (uri !== undefined && !uri.matches(policy.uri ?? '')) {
    return refuseProvenance('summary-policy-mismatch', `the policy is ${shown(policy.uri ?? '')}, not ${uri.written}`);
  }
  return sha256 === undefined || policy.digests['sha256'] === sha256
    ? undefined
    : refuseProvenance('summary-policy-mismatch', 'the policy is another version, or it is not said which');
}

/** A level shows all below it in the same track. */
function checkLevel({ levels }: Summary, wanted: string): ProvenanceRefusal | undefined {
  const least = levelIn(wanted);
  const isThere = levels.some((one) => {
    const found = levelIn(one);
    return one === wanted || (least !== undefined && found?.track === least.track && found.level >= least.level);
  });
  const found = levels.map(shown).slice(0, 10).join(', ') || 'nothing';
  return isThere ? undefined : refuseProvenance('summary-level-missing', `${wanted} was not verified, but ${found}`);
}

function checkAge({ timeVerified }: Summary, { oldest, now }: SummaryDemand): ProvenanceRefusal | undefined {
  if (timeVerified !== undefined && timeVerified.getTime() > now.getTime() + clockSkew) {
    return refuseProvenance(
      'summary-invalid',
      `it was verified at ${timeVerified.toISOString()}, which is yet to come`,
    );
  }
  if (oldest === undefined) return undefined;
  if (timeVerified === undefined) return refuseProvenance('summary-too-old', 'it does not say when it was verified');
  return now.getTime() - timeVerified.getTime() <= oldest
    ? undefined
    : refuseProvenance('summary-too-old', `it was verified at ${timeVerified.toISOString()}`);
}
