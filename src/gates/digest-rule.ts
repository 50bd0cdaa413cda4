import { parseReference } from '#image/reference.ts';
import { messageOf } from '#kit/error.ts';
import type { Mode, RuleOutcome } from '#policy/outcome.ts';
import type { ImageUse } from '#policy/question.ts';
import { reasonOf, type ReasonCode } from '#policy/reasons/reason.ts';

/**
 * What gates demand that cannot change what is asked: every image must be named by its digest, because a tag is judged as it is now and
 * pulled as it is then. @returns what speaks against it
 */
export function undigested(images: readonly ImageUse[], gate: string, mode: Mode = 'enforce'): readonly RuleOutcome[] {
  return images.flatMap(({ image: written, pointer }) => {
    const say = (code: ReasonCode, problem = ''): RuleOutcome => {
      const reason = reasonOf(code, { image: written, problem });
      return {
        policy: gate,
        rule: 'digest',
        image: { written, pointer },
        outcome: 'failed',
        mode,
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
