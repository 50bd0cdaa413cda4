import { parseReference } from '#image/reference.ts';
import { BullaError } from '#kit/error.ts';
import { modes, type Mode, type RuleOutcome } from '#policy/outcome.ts';
import type { ImageUse, Question } from '#policy/question.ts';
import { reasonOf, type ReasonCode } from '#policy/reasons/reason.ts';
import type { Verdict } from '#policy/verdict.ts';
import { broughtImages } from './changed-images.ts';

/**
 * What the gate itself demands, whatever the policies say. A name that is no reference is judged by none of them, and a container
 * runtime may read it otherwise. An image without a digest is judged as it is now, and pulled as it is then: where policies judge
 * images, and as seriously as they do, what is brought must have one.
 */
export function ownRules(question: Question, { outcomes }: Verdict): readonly RuleOutcome[] {
  const brought = new Set(broughtImages(question));
  return question.images.flatMap((use) => {
    const reference = parse(use.image);
    if (typeof reference === 'string')
      return [failed(use, 'reference-invalid', 'enforce', { image: use.image, problem: reference })];
    const about = outcomes.filter(({ image }) => image === undefined || image.written === use.image);
    const mode = strictest(about);
    if (reference.digest !== undefined || mode === undefined || !brought.has(use)) return [];
    // A policy may have said the same.
    if (about.some((one) => one.reason.code === 'not-pinned' && one.mode === mode)) return [];
    return [failed(use, 'not-pinned', mode, { image: use.image })];
  });
}

/** What these rules are called in outcomes. */
const gateName = 'admission-gate';

function failed(
  { image, pointer }: ImageUse,
  code: ReasonCode,
  mode: Mode,
  words: Readonly<Record<string, string>>,
): RuleOutcome {
  const judged = { written: image, pointer };
  const rule = code === 'not-pinned' ? 'digest' : 'reference';
  return {
    policy: gateName,
    rule,
    image: judged,
    outcome: 'failed',
    mode,
    reason: reasonOf(code, words),
    evidence: [],
  };
}

function parse(image: string): ReturnType<typeof parseReference> | string {
  try {
    return parseReference(image);
  } catch (error) {
    return error instanceof BullaError ? error.message : 'it cannot be read';
  }
}

function strictest(outcomes: readonly RuleOutcome[]): Mode | undefined {
  const found = outcomes.filter(({ outcome }) => outcome !== 'skipped').map(({ mode }) => modes.indexOf(mode));
  return modes[Math.max(-1, ...found)];
}
