import { cliError } from '#cli/errors.ts';
import { toJson, writeFileFor } from '#cli/output.ts';
import { tool } from '#cli/tool.ts';
import { algorithmOf, hexOf, type Digest } from '#kit/digest.ts';
import { asObject } from '#kit/narrow.ts';
import type { Level } from '#provenance/builders/trusted-builder.ts';
import { writeSummary, type Verified } from '#provenance/summary/write.ts';
import { isRefusal } from '#signatures/refusal.ts';
import type { VerifiedEntry, Verification } from '#signatures/verification.ts';
import type { ProvenanceFlags } from './provenance-flags.ts';
import { readPolicyDigest, type SummaryFlags } from './summary-flags.ts';

/** Who has verified, as what, against what, as the flags say. */
export type SummaryPlan = Pick<Verified, 'verifier' | 'policy'> & {
  readonly file: string;
  /** Where the image is, with its registry, if it is in one. */
  readonly repository?: string;
  readonly resourceUri?: string;
};

/**
 * Reads what a summary is to be written with, before anything is verified.
 * @returns nothing if none is wanted
 * @throws `usage`
 */
export function readSummaryPlan(
  flags: SummaryFlags & ProvenanceFlags,
  repository: string | undefined,
): SummaryPlan | undefined {
  const { writeSummary: file, verifierId, policyUri, policyDigest, resourceUri } = flags;
  if (file === undefined) return undefined;
  if (flags.provenance !== true) {
    throw cliError('usage', 'a summary says which level was verified, and --provenance is what verifies one', {
      hint: 'add --provenance',
    });
  }
  if (verifierId === undefined || policyUri === undefined) {
    throw cliError('usage', 'a summary says who has verified, and against which policy', {
      hint: 'name both: --verifier-id URI --policy-uri URI',
    });
  }
  if (resourceUri === undefined && repository === undefined) {
    throw cliError('usage', 'a summary says what was verified, by a name that others know', {
      hint: 'name it: --resource-uri URI',
    });
  }
  const policy = { uri: policyUri, digests: readPolicyDigest(policyDigest) };
  return { file, verifier: verifierId, policy, repository, resourceUri };
}

/** Writes the predicate of a summary, passed or failed, for `bulla attest --type vsa`. @throws `file-unwritable` */
export async function writeSummaryFile(verification: Verification, plan: SummaryPlan, now: Date): Promise<void> {
  const { digest, entries, isVerified } = verification;
  const { verifier, policy, repository = '' } = plan;
  const resourceUri = plan.resourceUri ?? (digest === undefined ? repository : `${repository}@${digest}`);
  const accepted = entries.filter(({ outcome }) => !isRefusal(outcome));
  const { content } = writeSummary(
    {
      verifier,
      policy,
      resourceUri,
      versions: { [tool.name]: tool.version },
      inputs: accepted.flatMap(({ stored: { manifest } }) => inputOf(manifest, repository)),
      level: isVerified ? highest(accepted) : undefined,
    },
    () => now,
  );
  // It is an object as `writeSummary` makes it.
  await writeFileFor(plan.file, toJson(content as object));
}

function inputOf(manifest: Digest | undefined, repository: string): NonNullable<Verified['inputs']> {
  if (manifest === undefined) return [];
  const uri = repository === '' ? undefined : `${repository}@${manifest}`;
  return [{ uri, digests: { [algorithmOf(manifest)]: hexOf(manifest) } }];
}

/** The highest level that any accepted provenance proves. */
function highest(accepted: readonly VerifiedEntry[]): Level {
  const proven = accepted.map(({ outcome }) => asObject(outcome.details?.json)?.['level']);
  return ([3, 2, 1] as const).find((level) => proven.includes(level)) ?? 0;
}
