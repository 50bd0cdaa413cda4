import type { EvidenceItem } from '#policy/outcome.ts';
import type { Attestor, AttestorSet } from './attestor-set.ts';

/** How many of a set vouch, and why the others do not. */
export interface Tally extends Omit<Vote, 'holds'> {
  readonly holding: number;
}

interface Vote {
  readonly holds: boolean;
  readonly refusals: readonly string[];
  readonly proofs: readonly EvidenceItem[];
}

/** Whether an attestor vouches, and what that rests on. */
export type Ballot = (attestor: Attestor) => Promise<{
  readonly holds: boolean;
  readonly refusals: readonly string[];
  readonly proof: EvidenceItem;
}>;

/** How many of a set hold; no more are asked than are needed. A nested set is one vote. @throws what a ballot throws */
export async function tally(set: AttestorSet, ballot: Ballot): Promise<Tally> {
  let holding = 0;
  const votes: Vote[] = [];
  for (const entry of set.entries) {
    if (holding >= set.count) break;
    const vote = 'set' in entry ? await voteOfSet(entry.set, ballot) : await voteOf(ballot(entry.attestor));
    votes.push(vote);
    if (vote.holds) holding++;
  }
  return {
    holding,
    refusals: [...new Set(votes.flatMap(({ holds, refusals }) => (holds ? [] : refusals)))],
    proofs: votes.flatMap(({ proofs }) => proofs),
  };
}

async function voteOfSet(set: AttestorSet, ballot: Ballot): Promise<Vote> {
  const { holding, ...rest } = await tally(set, ballot);
  return { holds: holding >= set.count, ...rest };
}

async function voteOf(cast: ReturnType<Ballot>): Promise<Vote> {
  const { holds, refusals, proof } = await cast;
  return { holds, refusals, proofs: [proof] };
}
