import type { JsonObject } from '#kit/narrow.ts';
import { admit, type Target } from './target.ts';

/** One way around a gate. Each is one file, listed in `index.ts`. */
export interface Way {
  /** Its number in the list, by which reports name it. */
  readonly number: number;
  readonly name: string;
  /** What an attacker does. */
  readonly what: string;
  attack(target: Target): Promise<Finding>;
}

/** Whether it leads around the gate; or why that cannot be seen from where it was tried. */
export interface Finding {
  readonly state: 'closed' | 'open' | 'untested';
  readonly why: string;
}

export function closed(why: string): Finding {
  return { state: 'closed', why };
}

export function open(why: string): Finding {
  return { state: 'open', why };
}

export function untested(why: string): Finding {
  return { state: 'untested', why };
}

/** A review that must not be let in, and what it brings. */
export interface Attempt {
  readonly what: string;
  readonly review: JsonObject | string;
}

/** Tries everything, through both webhooks: it is closed if nothing of it is let in. */
export async function nothingIsLetIn(target: Target, attempts: readonly Attempt[]): Promise<Finding> {
  for (const { what, review } of attempts) {
    const { isAllowed } = await admit(target, review);
    if (isAllowed) return open(`${what} was let in`);
  }
  return closed(attempts.length === 1 ? 'it was denied' : `all ${attempts.length} attempts were denied`);
}
