import { speaksFor, type Level, type TrustedBuilder } from '#provenance/builders/trusted-builder.ts';
import type { Fact } from '#provenance/fact.ts';
import { readProvenance, type Provenance } from '#provenance/provenance.ts';
import { isProvenanceRefusal, refuseProvenance, type ProvenanceRefusal } from '#provenance/refusal.ts';
import type { ProvenanceSigner } from '#provenance/signer.ts';
import type { Artifact } from '#signatures/artifact.ts';
import type { Statement } from '#signatures/statement.ts';
import { checkSubject } from '#signatures/subject.ts';
import { compareFacts, contradictions, type CheckedFact } from './certificate.ts';
import { checkConsistency } from './consistency.ts';
import { checkDemand, type ProvenanceDemand } from './demand.ts';
import { computeLevel, type LevelStep } from './level.ts';

/** What provenance is worth, and why. */
export interface ProvenanceVerdict {
  /** SLSA's level of the build; 0 for provenance that is none, or is forged. */
  readonly level: Level;
  readonly steps: readonly LevelStep[];
  /** What was read, unless it could not be. */
  readonly provenance?: Provenance;
  /** Everything that it says of the build, beside what the certificate says. */
  readonly facts: readonly CheckedFact[];
  /** The entry of the map of trusted builders that counts. */
  readonly builder?: TrustedBuilder;
  readonly refusals: readonly ProvenanceRefusal[];
  /** Whether it is as demanded: nothing is refused. */
  readonly isAccepted: boolean;
}

/**
 * Judges provenance: what level it proves, and whether it is as demanded.
 *
 * @param statement whose signature was verified; or not, if there is no signer
 * @param signer who has signed it; nobody for a claim that is not signed
 */
export function judgeProvenance(
  statement: Statement,
  artifact: Artifact,
  signer: ProvenanceSigner | undefined,
  demand: ProvenanceDemand,
): ProvenanceVerdict {
  const provenance = readProvenance(statement);
  if (isProvenanceRefusal(provenance)) return worthless([provenance]);
  const subject = checkSubject(statement, artifact);
  if (subject !== undefined) {
    return worthless([refuseProvenance('provenance-subject-mismatch', subject.message)], { provenance });
  }
  const facts = checkFacts(provenance, signer, demand.trustedBuilders);
  const inconsistent = checkConsistency(provenance);
  const forged = [...contradictions(facts), ...(inconsistent === undefined ? [] : [inconsistent])];
  if (forged.length > 0) return worthless(forged, { provenance, facts });
  const { level, steps, builder } = computeLevel(provenance, signer, demand.trustedBuilders);
  const refusals = [...checkDemand(provenance, signer, demand), ...checkLevel(level, steps, demand.level)];
  return { level, steps, provenance, facts, builder, refusals, isAccepted: refusals.length === 0 };
}

function worthless(
  refusals: readonly ProvenanceRefusal[],
  { provenance, facts = [] }: { readonly provenance?: Provenance; readonly facts?: readonly CheckedFact[] } = {},
): ProvenanceVerdict {
  const sentence = `It is worth nothing: ${refusals[0]?.message ?? ''}.`;
  const steps = [{ level: 1, held: false, sentence, evidence: [] }] as const;
  return { level: 0, steps, provenance, facts, refusals, isAccepted: false };
}

/** Everything that is said, compared with the certificate, if there is one. */
function checkFacts(
  { facts, builder }: Provenance,
  signer: ProvenanceSigner | undefined,
  trusted: readonly TrustedBuilder[],
): readonly CheckedFact[] {
  if (signer?.kind !== 'certificate') return facts;
  // A workflow that is named as the builder must be the one that has signed, unless the map lets another sign for it.
  const isGranted = trusted.some((entry) => entry.builder !== 'signer' && speaksFor(entry, signer, builder));
  const named: readonly Fact[] =
    isWorkflow(builder) && !isGranted ? [{ name: 'builder', value: builder, at: 'builder.id' }] : [];
  return compareFacts([...facts, ...named], signer.identity);
}

function isWorkflow(builder: string): boolean {
  return /^https:\/\/[^/]+\/[^/]+\/[^/]+\/\.github\/workflows\//.test(builder);
}

function checkLevel(level: Level, steps: readonly LevelStep[], wanted: Level): readonly ProvenanceRefusal[] {
  if (level >= wanted) return [];
  const missing = steps.find((step) => !step.held)?.sentence ?? '';
  return [refuseProvenance('level-too-low', `it is level ${level}, not ${wanted}: ${missing}`)];
}
