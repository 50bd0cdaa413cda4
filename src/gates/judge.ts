import type { Digest } from '#kit/digest.ts';
import type { JsonObject } from '#kit/narrow.ts';
import type { Reference } from '#image/reference.ts';
import type { Question } from '#policy/question.ts';
import type { Verdict } from '#policy/verdict.ts';

/** Whoever decides for the gates: the policies that are in force, and what is known of images. */
export interface Judge {
  /** Begins to think about a question. All that is asked of one case is about the same bytes. */
  open(question: Question, time: Time): Case;
}

/** How long may be thought about a question: what is not found out until then is unknown, and the verdict says so. */
export interface Time {
  /** Milliseconds. */
  readonly budget: number;
}

/** One question before the judge. */
interface Case {
  /** What all policies say of it, in time. Never fails. */
  decide(): Promise<Verdict>;
  /** Its object as all policies want it, or itself. @throws what makes that impossible */
  change(): Promise<JsonObject | undefined>;
  /** The digest that a reference means now. @throws what makes it unknown */
  resolve(reference: Reference): Promise<Digest>;
}
