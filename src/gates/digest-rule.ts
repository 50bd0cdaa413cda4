import { parseReference } from '#image/reference.ts';
import { messageOf } from '#kit/error.ts';
import type { RuleOutcome } from '#policy/outcome.ts';
import type { ImageUse } from '#policy/question.ts';
import { reasonOf, type ReasonCode } from '#policy/reasons/reason.ts';
import { verdictOf, type Verdict } from '#policy/verdict.ts';

/** A verdict with what {@link undigested} says, unless a policy says it of the same image. */
export function withDigests({ outcomes }: Verdict, images: readonly ImageUse[], gate: string): Verdict {
  const said = outcomes.filter(
    ({ outcome, reason, mode }) => outcome === 'failed' && reason.code === 'not-pinned' && mode === 'enforce',
  );
  const rest = images.filter(({ image }) => !said.some((outcome) => outcome.image?.written === image));
  return verdictOf([...outcomes, ...undigested(rest, gate)]);
}

/**
 * What gates demand that cannot change what is asked: every image must be named by its digest, because a tag is judged as it is now and
 * pulled as it is then. @returns what speaks against it
 */
export function undigested(images: readonly ImageUse[], gate: string): readonly RuleOutcome[] {
  return images.flatMap(({ image: written, pointer }) => {
    const say = (code: ReasonCode, problem = ''): RuleOutcome => {
      const reason = reasonOf(code, { image: written, problem });
      return {
        policy: gate,
        rule: 'digest',
        image: { written, pointer },
        outcome: 'failed',
        mode: 'enforce',
        reason,
        evidence: [],
      };
    };
    try {
      return parseReference(written).digest === undefined ? [say('not-pinned')] : [];
    } catch (error) {
      return [say('reference-invalid', messageOf(error))];
    }
  });
}
