import { cliError } from '#cli/errors.ts';
import { text } from '#cli/flags.ts';
import { algorithmOf, hexOf, parseDigest } from '#kit/digest.ts';
import { provenanceCureOf } from '#provenance/refusal.ts';
import { signerOf } from '#provenance/signer.ts';
import { judgeSummary, type SummaryDemand, type SummaryVerdict } from '#provenance/summary/judge.ts';
import { isSameResource } from '#provenance/summary/resource.ts';
import { summaryType } from '#provenance/summary/summary.ts';
import { summaryToJson } from '#provenance/summary/verdict-json.ts';
import { globPattern } from '#signatures/identity/pattern.ts';
import type { Examine } from '#signatures/judge.ts';
import { predicateTypeOf } from '#signatures/predicate-types.ts';
import { refuse, type Details } from '#signatures/refusal.ts';

/** Flags about summaries of verifications (VSA): what one must say, or with what one is written. */
export interface SummaryFlags {
  readonly writeSummary?: string;
  readonly verifierId?: string;
  readonly resourceUri?: string;
  readonly policyUri?: string;
  readonly policyDigest?: string;
  readonly verifiedLevel?: readonly string[];
  readonly maxAge?: string;
}

export const summaryFlags = {
  writeSummary: text('with --provenance: write what was verified into a summary (VSA), to be signed', 'FILE'),
  verifierId: text('who has verified, of a summary (--type vsa, --write-summary)', 'URI'),
  resourceUri: text('what it was verified as, of a summary (default: the image in its repository)', 'URI'),
  policyUri: text('against which policy, of a summary', 'URI'),
  policyDigest: text('against which version of the policy, of a summary', 'DIGEST'),
  verifiedLevel: {
    kind: 'parsed',
    parse: String,
    optional: true,
    variadic: true,
    brief: 'LEVEL: what must have been verified, of a summary, such as SLSA_BUILD_LEVEL_2; several may be named',
    placeholder: 'LEVEL',
  },
  maxAge: text('how old a summary may be', 'DAYS'),
} as const;

/** Whether a type of attestations, by whatever name, is that of summaries. */
export function isSummaryType(type: string | undefined): boolean {
  return type !== undefined && predicateTypeOf(type).includes(summaryType);
}

/** Of the other flags those that a summary is compared with as well. */
interface SharedFlags {
  readonly slsaLevel?: string;
  readonly anyIdentity?: boolean;
}

/**
 * What examines summaries of verifications whose signature holds, of somebody who may sign.
 * @throws `usage` where it is not said who must have verified; `identity-invalid`
 */
export function summaryExaminer(flags: SummaryFlags & SharedFlags, now: Date): Examine {
  const demand = readSummaryDemand(flags, now);
  return ({ verified, statement }, artifact, { repository }) => {
    if (statement === undefined) return undefined;
    const resourceUri = demand.resourceUri ?? resourceIn(repository);
    const verdict = judgeSummary(statement, artifact, signerOf(verified), { ...demand, resourceUri });
    const details: Details = { name: 'summary', lines: linesOf(verdict), json: summaryToJson(verdict) };
    const [refusal] = verdict.refusals;
    if (refusal === undefined) return details;
    return { ...refuse('predicate-refused', `${refusal.message} (${refusal.refused})`), details };
  };
}

type OpenDemand = Omit<SummaryDemand, 'resourceUri'> & Partial<Pick<SummaryDemand, 'resourceUri'>>;

function readSummaryDemand(flags: SummaryFlags & SharedFlags, now: Date): OpenDemand {
  const { verifierId, resourceUri, policyUri, policyDigest, verifiedLevel = [], slsaLevel, maxAge } = flags;
  if (verifierId === undefined) {
    throw cliError('usage', 'it is not said who must have verified', { hint: 'name the verifier: --verifier-id URI' });
  }
  const pattern = (written: string) => globPattern(written, flags.anyIdentity === true);
  return {
    // Whose signature holds was asked for by name before.
    verifiers: [{ id: pattern(verifierId) }],
    resourceUri: resourceUri === undefined ? undefined : pattern(resourceUri),
    policy: {
      uri: policyUri === undefined ? undefined : pattern(policyUri),
      sha256: readPolicyDigest(policyDigest)['sha256'],
    },
    levels: [...verifiedLevel, ...(slsaLevel === undefined ? [] : [`SLSA_BUILD_LEVEL_${slsaLevel}`])],
    oldest: maxAge === undefined ? undefined : readDays(maxAge),
    now,
  };
}

/** The image as it is called here, with any tag or digest: which digest it is about, its subject says. */
function resourceIn(repository: string | undefined): SummaryDemand['resourceUri'] {
  if (repository === undefined) return { written: 'what nobody has named (--resource-uri URI)', matches: () => false };
  return { written: repository, matches: (uri) => isSameResource(uri, repository) };
}

/** The digest of a policy, as statements write it. @throws `usage` */
export function readPolicyDigest(written: string | undefined): Readonly<Record<string, string>> {
  if (written === undefined) return {};
  const digest = parseDigest(written);
  if (digest !== undefined && algorithmOf(digest) === 'sha256') return { sha256: hexOf(digest) };
  throw cliError('usage', `"${written}" is not the digest of a policy`, { hint: 'write sha256: and 64 digits' });
}

function readDays(written: string): number {
  const days = /^\d{1,5}(?:\.\d{1,5})?$/.test(written) ? Number(written) : 0;
  if (days > 0) return days * 24 * 60 * 60 * 1000;
  throw cliError('usage', `"${written}" is not a number of days`, { hint: 'write it like --max-age 7' });
}

/** For a person: who has verified what, and what is not as demanded. */
function linesOf({ summary, refusals }: SummaryVerdict): readonly string[] {
  const said =
    summary === undefined
      ? []
      : [
          `${summary.hasPassed ? 'passed' : 'failed'}, says ${summary.verifier}`,
          `as ${summary.resourceUri}`,
          `levels ${summary.levels.join(', ') || 'none'}`,
          ...(summary.policy.uri === undefined ? [] : [`policy ${summary.policy.uri}`]),
          ...(summary.timeVerified === undefined ? [] : [`at ${summary.timeVerified.toISOString()}`]),
        ];
  return [
    ...said,
    ...refusals.slice(1).map(({ refused, message }) => `also  ${message} (${refused})`),
    ...refusals.slice(0, 1).map((refusal) => `try   ${provenanceCureOf(refusal)}`),
  ];
}
