import type { EvidenceItem } from '#policy/outcome.ts';
import { reasonOf, type ReasonCode } from '#policy/reasons/reason.ts';
import { failed, passed, type AskedImage, type Judgement } from '#policy/languages/trust-policy/rule.ts';
import { judgeStored, type Demand, type Judged } from '#signatures/judge.ts';
import { isRefusal } from '#signatures/refusal.ts';
import { verificationOf, verificationToJson } from '#signatures/verification.ts';

/** What a rule says where nothing fits, where what fits is refused, and where too few have signed. */
export interface SignedReasons {
  readonly missing: ReasonCode;
  readonly refused: ReasonCode;
  readonly words: Readonly<Record<string, string>>;
}

/** Judges what is beside an image by a demand, and says what a rule about it says. */
export async function judgeEvidence(
  { evidence }: AskedImage,
  demand: Demand,
  atLeast: number,
  { missing, refused, words }: SignedReasons,
): Promise<Judgement> {
  const [{ digest, isIndex }, stored] = await Promise.all([evidence.resolve(), evidence.stored()]);
  const { host, repository } = evidence.reference;
  const judged = stored.map((one) => judgeStored(one, digest, demand, `${host}/${repository}`));
  const verification = verificationOf(`${host}/${repository}`, digest, judged, atLeast, { isIndex });
  const proof: EvidenceItem = { what: 'verification', value: verificationToJson(verification) };
  if (verification.isVerified) return passed(proof);
  const counts = { found: String(verification.signers), needed: String(atLeast) };
  if (verification.signers > 0) return failed(reasonOf('signers-too-few', { ...words, ...counts }), proof);
  const reasons = refusalsOf(judged);
  return reasons.length === 0
    ? failed(reasonOf(missing, words), proof)
    : failed(reasonOf(refused, { ...words, refusals: reasons.join('; ') }), proof);
}

/** What was refused, without what is simply of another kind. */
function refusalsOf(judged: readonly Judged[]): readonly string[] {
  const refusals = judged.flatMap(({ outcome }) => (isRefusal(outcome) ? [outcome] : []));
  const meant = refusals.filter((refusal) => !otherKinds.includes(refusal.refused));
  return [...new Set(meant.map(({ message, refused }) => `${message} (${refused})`))].slice(0, 5);
}

const otherKinds: readonly string[] = ['claim-type', 'predicate-type'];
