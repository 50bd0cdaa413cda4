import type { Provenance } from '#provenance/provenance.ts';
import { provenanceCureOf, stageOf, type ProvenanceRefusal } from '#provenance/refusal.ts';
import type { ProvenanceVerdict } from './judge.ts';

/** A verdict as JSON: for machines, and complete but for the parameters, which may be large. */
export function verdictToJson({ level, steps, provenance, facts, builder, refusals, isAccepted }: ProvenanceVerdict) {
  return {
    accepted: isAccepted,
    level,
    steps,
    trustedBuilder: builder === undefined ? null : { name: builder.name, level: builder.level, why: builder.why },
    provenance: provenance === undefined ? null : provenanceToJson(provenance),
    facts: facts.map(({ name, value, at, certified, isHint }) => ({
      name,
      value,
      at,
      certified: certified ?? null,
      hearsay: isHint === true,
    })),
    refusals: refusals.map(refusalToJson),
  };
}

/** A refusal with its stage and what mends it. */
export function refusalToJson(refusal: ProvenanceRefusal) {
  const { refused, message } = refusal;
  return { code: refused, stage: stageOf(refusal), message, cure: provenanceCureOf(refusal) };
}

function provenanceToJson(provenance: Provenance) {
  const { version, shape, buildType, builder, source, workflow, trigger, runner, invocation, notes } = provenance;
  return {
    slsaVersion: version,
    shape: shape.name,
    buildType,
    builder: builder === '' ? null : builder,
    source:
      source === undefined
        ? null
        : { repository: source.repository, commit: source.commit ?? null, ref: source.ref ?? null },
    workflow: workflow ?? null,
    trigger: trigger ?? null,
    runner: runner ?? null,
    invocation: invocation ?? null,
    startedOn: provenance.startedOn?.toISOString() ?? null,
    finishedOn: provenance.finishedOn?.toISOString() ?? null,
    materials: provenance.materials.length,
    notes,
  };
}
