import type { EvidenceItem } from '#policy/outcome.ts';
import { judgeStored, type Demand, type Judged, type Vouched } from '#signatures/judge.ts';
import { isRefusal } from '#signatures/refusal.ts';
import type { Signed } from '#signatures/signed.ts';
import type { Stored } from '#signatures/storage/stored.ts';
import { verificationOf, verificationToJson } from '#signatures/verification.ts';
import type { Evidence } from './evidence.ts';

/** Who vouches for an image as it is demanded, and why others do not count. */
export interface Vouching {
  readonly vouched: readonly Vouched[];
  /** A sentence each, without what is simply of another kind. */
  readonly refusals: readonly string[];
  readonly proof: EvidenceItem;
}

/** Where to look, and at what. */
export interface Among {
  /** Where signatures are, as `host/path`; beside the image by default. */
  readonly repository?: string;
  /** Which formats count; all by default. */
  readonly holds?: (stored: Stored) => boolean;
}

/**
 * Judges what is beside an image by a demand. Of the witnesses of a signature only those kinds are looked at of which the trust
 * root names any: who trusts no log is not to be troubled by entries of one.
 * @throws where the registry cannot be asked: then nothing is known
 */
export async function vouchersOf(evidence: Evidence, demand: Demand, among: Among = {}): Promise<Vouching> {
  const [{ digest, isIndex }, found] = await Promise.all([evidence.resolve(), evidence.stored(among.repository)]);
  const place = `${evidence.reference.host}/${evidence.reference.repository}`;
  const judged = found
    .filter(among.holds ?? (() => true))
    .map((one) => judgeStored(withWitnesses(one, demand.verifier.trust), digest, demand, place));
  const verification = verificationOf(place, digest, judged, 1, { isIndex });
  return {
    vouched: judged.flatMap(({ outcome }) => (isRefusal(outcome) ? [] : outcome)),
    refusals: refusalsOf(judged),
    proof: { what: 'verification', value: verificationToJson(verification) },
  };
}

function withWitnesses(stored: Stored, trust: Demand['verifier']['trust']): Stored {
  const { content } = stored;
  return content.kind === 'signed'
    ? { ...stored, content: { kind: 'signed', signed: witnessed(content.signed, trust) } }
    : stored;
}

/** Something signed, with those of its witnesses alone of whose kind a trust root names any. */
export function witnessed(signed: Signed, trust: Demand['verifier']['trust']): Signed {
  if (trust === undefined) return signed;
  const log = trust.logs.length === 0 ? [] : signed.log;
  const timestamps = trust.timestampAuthorities.length === 0 ? [] : signed.timestamps;
  return { ...signed, log, timestamps };
}

/** A sentence for each of the first few. */
const mostRefusals = 5;

/** Something else that was signed is no signature that was refused. */
const otherKinds: readonly string[] = ['claim-type', 'predicate-type'];

/** Why some do not count, each once, without what is simply of another kind. */
export function refusalsOf(judged: readonly Pick<Judged, 'outcome'>[]): readonly string[] {
  const refusals = judged.flatMap(({ outcome }) => (isRefusal(outcome) ? [outcome] : []));
  const meant = refusals.filter(({ refused }) => !otherKinds.includes(refused));
  return [...new Set(meant.map(({ message, refused }) => `${message} (${refused})`))].slice(0, mostRefusals);
}
