import type { FactName } from '#provenance/fact.ts';
import type { Provenance } from '#provenance/provenance.ts';
import { refuseProvenance, type ProvenanceRefusal } from '#provenance/refusal.ts';
import { shown } from '#provenance/shown.ts';
import { isSameRef } from './ref.ts';

/** Facts that are said in several places, and of which a build has only one. */
const single: readonly FactName[] = ['repository', 'commit', 'ref', 'workflow', 'trigger', 'runner', 'repositoryId'];
const ofSources: readonly FactName[] = ['repository', 'commit', 'ref'];

/** Checks that provenance does not say two things of the same build; which of them is true, nobody can tell. */
export function checkConsistency(provenance: Provenance): ProvenanceRefusal | undefined {
  const { facts, shape, startedOn, finishedOn } = provenance;
  for (const name of single) {
    if (shape.hasManySources === true && ofSources.includes(name)) continue;
    const [first, ...more] = facts.filter((fact) => fact.name === name);
    const other = more.find(({ value }) => first !== undefined && !agree(name, first.value, value));
    if (first === undefined || other === undefined) continue;
    const message = `${first.at} says ${shown(first.value)}, and ${other.at} says ${shown(other.value)}`;
    return refuseProvenance('provenance-inconsistent', message);
  }
  return startedOn !== undefined && finishedOn !== undefined && finishedOn < startedOn
    ? refuseProvenance('provenance-inconsistent', 'the build was finished before it was started')
    : undefined;
}

function agree(name: FactName, one: string, other: string): boolean {
  return one === other || (name === 'ref' && (isSameRef(one, other) || isSameRef(other, one)));
}
