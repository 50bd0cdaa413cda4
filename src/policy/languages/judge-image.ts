import { formatReference } from '#image/reference.ts';
import type { Evidence } from '#policy/evidence/evidence.ts';
import { unavailable } from '#policy/evidence/unavailable.ts';
import type { EvidenceItem, Mode, Reason, RuleOutcome } from '#policy/outcome.ts';
import type { GateName, ImageUse, Question } from '#policy/question.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { referenceOf } from './pin-images.ts';

/** A rule of a policy that is about images. */
export interface ImageRule {
  readonly policy: string;
  readonly rule: string;
  readonly mode: Mode;
  /** Whether the image must be named by its digest at gates where what runs is what was asked about. */
  readonly needsDigest: boolean;
  /** What is thrown makes it unknown. */
  readonly judge: (evidence: Evidence) => Promise<Judgement>;
}

/** What a rule says of an image. */
export interface Judgement {
  readonly outcome: Exclude<RuleOutcome['outcome'], 'skipped'>;
  readonly reason: Reason;
  readonly evidence: readonly EvidenceItem[];
  /** The part of the rule that was decisive, if it has parts with names. */
  readonly rule?: string;
}

/** Gates at which a tag would mean something else by the time that it runs. */
export const byDigest: readonly GateName[] = ['admission', 'containerd', 'docker'];

/** Judges an image of a question by a rule. Never fails. */
export async function judgeImage(
  { policy, rule, mode, needsDigest, judge }: ImageRule,
  { image: written, pointer }: ImageUse,
  { place }: Question,
  surroundings: Surroundings,
): Promise<RuleOutcome> {
  const reference = referenceOf(written);
  const image = { written, pointer, digest: reference?.digest };
  const say = (
    { rule: decisive = rule, outcome, reason, evidence }: Judgement,
    digest = image.digest,
  ): RuleOutcome => ({
    policy,
    rule: decisive,
    image: { ...image, digest },
    outcome,
    mode,
    reason: { ...reason, words: { image: written, ...reason.words } },
    evidence,
  });
  if (reference === undefined) return say(failed('reference-invalid', { problem: 'no reference looks like that' }));
  if (needsDigest && reference.digest === undefined && byDigest.includes(place.gate)) return say(failed('not-pinned'));
  const evidence = surroundings.evidenceOf(reference);
  try {
    // What is named by its digest need not be there to be judged by its name.
    const digest = reference.digest ?? (await evidence.resolve()).digest;
    return say(await judge(evidence), digest);
  } catch (error) {
    return say(unavailable(error));
  }
}

/** The same image is judged once, however often it is named. */
export function oncePerImage(judge: ImageRule['judge']): ImageRule['judge'] {
  const known = new Map<string, Promise<Judgement>>();
  return (evidence) => {
    const name = formatReference(evidence.reference);
    const judged = known.get(name) ?? judge(evidence);
    known.set(name, judged);
    return judged;
  };
}

export function passed(evidence: readonly EvidenceItem[]): Judgement {
  return { outcome: 'passed', reason: reasonOf('passed'), evidence };
}

export function failed(
  code: Reason['code'],
  words: Reason['words'] = {},
  evidence: readonly EvidenceItem[] = [],
  message?: string,
): Judgement {
  return { outcome: 'failed', reason: reasonOf(code, words, message), evidence };
}
