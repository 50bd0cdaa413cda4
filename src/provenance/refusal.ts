import { refusalTable } from '#signatures/refusal-table.ts';

/**
 * Why provenance, or the summary of a verification, is not believed or is not what was demanded. Refusals are answers, not
 * exceptions. Each has a stable code and a sentence; `docs/provenance.md` explains them all.
 */
export interface ProvenanceRefusal {
  readonly refused: ProvenanceCode;
  readonly message: string;
}

/** The stages at which provenance is looked at, the ways in which each fails, and what mends it. */
const table = refusalTable({
  /** The document itself. */
  document: {
    'provenance-type': 'attest provenance: bulla attest --type slsa',
    'provenance-version': 'write provenance of SLSA 1: bulla attest --type slsa',
    'provenance-invalid': 'write the provenance again; it lacks what every provenance has',
    'provenance-too-large': 'write less into the provenance: no honest build needs as much',
    'provenance-inconsistent': 'do not use it: it says two things of the same build',
    'provenance-subject-mismatch': 'do not use it: it is the provenance of something else',
  },
  /** What the provenance says against what the signer's certificate says. */
  certificate: {
    'builder-contradicted':
      'do not use it; or, if this signer may speak for this builder, say so: --trusted-builders FILE',
    'source-contradicted': 'do not use it: the source is not the one that was certified',
    'commit-contradicted': 'do not use it: the commit is not the one that was certified',
    'ref-contradicted': 'do not use it: the branch or tag is not the one that was certified',
    'workflow-contradicted': 'do not use it: the workflow is not the one that was certified',
    'trigger-contradicted': 'do not use it: the event is not the one that was certified',
    'runner-contradicted': 'do not use it: the runner is not the one that was certified',
    'run-contradicted': 'do not use it: the run is not the one that was certified',
    'id-contradicted': 'do not use it: the repository or owner is another one of the same name',
  },
  /** What is demanded of the build. */
  demand: {
    'level-too-low': 'build where more is guaranteed, or demand less: --slsa-level N',
    'builder-not-allowed': 'build with the builder that is demanded, or allow this one: --builder ID',
    'build-type-not-allowed': 'build in the way that is demanded, or allow this one: --build-type URI',
    'source-not-allowed': 'if this repository is right, name it: --repository OWNER/NAME',
    'ref-not-allowed': 'build from a branch or tag that is allowed, or allow this one: --ref REF',
    'tag-not-allowed': 'use the image that was built from this tag, or name its own',
    'trigger-not-allowed': 'build on an event that is allowed, or allow this one: --trigger EVENT',
    'runner-not-allowed': 'build on a runner that is allowed, or allow this one: --runner KIND',
    'parameter-unknown': 'if the parameter is harmless, allow it: --parameter /NAME',
    'parameter-not-allowed': 'build with the value that is allowed, or allow this one: --parameter /NAME=VALUE',
  },
  /** The summary of somebody else's verification. */
  summary: {
    'summary-type': 'name a verification summary of version 1',
    'summary-invalid': 'write the summary again; it lacks what every summary has',
    'summary-subject-mismatch': 'do not use it: it is the summary of something else',
    'summary-unsigned': 'have it signed by the verifier: bulla attest --type vsa',
    'summary-verifier-untrusted': 'if this verifier is right, name it with its signer',
    'summary-resource-mismatch': 'use the summary for what it was made for',
    'summary-policy-mismatch': 'have it verified against the policy that is demanded',
    'summary-failed': 'do not use it: it did not pass',
    'summary-level-missing': 'have it verified for the level that is demanded, or demand less',
    'summary-too-old': 'have it verified again',
  },
});

/** The stages, in the order in which they are looked at. */
export const provenanceStages = table.stages;
type ProvenanceStage = (typeof provenanceStages)[number];

/** The codes of one stage. */
export const provenanceCodesOf = table.codesOf;
export type ProvenanceCode = ReturnType<typeof provenanceCodesOf>[number];

/** A refusal. @param message what is wrong, for a person, without the cure */
export function refuseProvenance(refused: ProvenanceCode, message: string): ProvenanceRefusal {
  return { refused, message };
}

/** Tells a refusal from what was asked for. */
export function isProvenanceRefusal(value: object): value is ProvenanceRefusal {
  return 'refused' in value;
}

/** The stage at which it failed. */
export function stageOf({ refused }: ProvenanceRefusal): ProvenanceStage {
  return table.stageOf(refused);
}

/** What mends it, as a command or as advice. */
export function provenanceCureOf({ refused }: ProvenanceRefusal): string {
  return table.cureOf(refused);
}
