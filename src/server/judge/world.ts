import type { Access } from '#policy/evidence/gather.ts';
import type { Question } from '#policy/question.ts';
import type { Surroundings } from '#policy/surroundings.ts';

/** Where a server finds what policies ask for. The edge provides it. */
export interface World extends Pick<Surroundings, 'trustRoot' | 'key' | 'resources'> {
  /** How images are reached for a question: with whose credentials. Whoever may see the same has the same `scope`. */
  accessFor(question: Question): Promise<ScopedAccess>;
  /** As {@link Surroundings} have it. */
  firstSeen(things: readonly string[], now: Date): Promise<ReadonlyMap<string, Date>>;
  /** Names what verdicts rest on besides images and policies: whom to believe, and what is known about flaws. */
  watermark(): string;
}

export interface ScopedAccess extends Access {
  readonly scope: string;
}
