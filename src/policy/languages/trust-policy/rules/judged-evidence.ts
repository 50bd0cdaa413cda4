import { vouchersOf } from '#policy/evidence/vouching.ts';
import { reasonOf, type ReasonCode } from '#policy/reasons/reason.ts';
import { failed, passed, type AskedImage, type Judgement } from '#policy/languages/trust-policy/rule.ts';
import { countSigners, type Demand } from '#signatures/judge.ts';

/** What a rule says where nothing fits, where what fits is refused, and where too few have signed. */
interface SignedReasons {
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
  const { vouched, refusals, proof } = await vouchersOf(evidence, demand);
  const signers = countSigners(vouched);
  if (signers >= atLeast) return passed(proof);
  const counts = { found: String(signers), needed: String(atLeast) };
  if (signers > 0) return failed(reasonOf('signers-too-few', { ...words, ...counts }), proof);
  return refusals.length === 0
    ? failed(reasonOf(missing, words), proof)
    : failed(reasonOf(refused, { ...words, refusals: refusals.join('; ') }), proof);
}
