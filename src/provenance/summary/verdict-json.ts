import { refusalToJson } from '#provenance/judge/verdict-json.ts';
import type { SummaryVerdict } from './judge.ts';

/** What a summary says, and whether it is accepted, as JSON for machines. */
export function summaryToJson({ summary, refusals, isAccepted }: SummaryVerdict) {
  return {
    accepted: isAccepted,
    summary:
      summary === undefined
        ? null
        : {
            verifier: summary.verifier,
            versions: summary.versions,
            timeVerified: summary.timeVerified?.toISOString() ?? null,
            resourceUri: summary.resourceUri,
            policy: { uri: summary.policy.uri ?? null, digest: summary.policy.digests },
            passed: summary.hasPassed,
            levels: summary.levels,
            inputs: summary.inputs.length,
            slsaVersion: summary.slsaVersion ?? null,
          },
    refusals: refusals.map(refusalToJson),
  };
}
