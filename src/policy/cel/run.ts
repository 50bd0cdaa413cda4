import { policyError } from '#policy/errors.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import type { Value } from './value.ts';

/**
 * How much the expressions of one decision may cost together: a step is one node that is evaluated, or some ten bytes or elements that
 * are looked at. Steps stand for time, so that the same input gives the same answer on a slow machine and on a fast one.
 */
const mostSteps = 5_000_000;

/** No text, list or map that an expression makes is longer. */
const longest = 1_000_000;

/** How often evaluation starts again for something that it had to wait for, and how many things it may wait for. */
export const mostRounds = 64;
const mostWaits = 512;

/** What the evaluations of one decision share: what they have spent, and what they have waited for. */
export interface Run {
  /** What functions may ask of the world. @throws `expression-failed` where nothing may be asked */
  readonly surroundings: Surroundings;
  /** Takes steps off what is left. @throws `expression-failed` when nothing is */
  spend(steps: number): void;
  /** Takes what a thing of a length costs, and refuses what is too long. @throws `expression-failed` */
  grow(length: number): void;
  /** Whether nothing is left; then no `||` covers the failure. */
  isExhausted(): boolean;
  /**
   * The result of work that takes time, by a name that says what it is. Throws {@link Waiting} until it is there; the same name is
   * worked on once.
   */
  waitFor(name: string, work: () => Promise<Value>): Value;
  /** Resolves when everything that is waited for is there. */
  settled(): Promise<void>;
}

/** Thrown through an evaluation that has to wait; not an error, and nothing may take it for one. */
export class Waiting extends Error {
  override readonly name = 'Waiting';
}

type Result = { readonly value: Value } | { readonly problem: unknown };

/**
 * @param surroundings what functions may ask of the world; without them such functions fail
 * @param steps how much may be spent
 */
export function startRun(surroundings?: Surroundings, steps = mostSteps): Run {
  let left = steps;
  const results = new Map<string, Result>();
  const pending = new Map<string, Promise<void>>();
  const spend = (cost: number) => {
    left -= cost;
    if (left < 0) throw policyError('expression-failed', 'it needs more steps than an expression may take');
  };
  return {
    get surroundings() {
      if (surroundings === undefined) throw policyError('expression-failed', 'it asks for what is not known here');
      return surroundings;
    },
    spend,
    isExhausted: () => left < 0,
    grow: (length) => {
      if (length > longest) throw policyError('expression-failed', `it makes something longer than ${longest}`);
      spend(1 + length / 10);
    },
    waitFor: (name, work) => {
      const result = results.get(name);
      if (result === undefined) {
        if (!pending.has(name)) {
          if (pending.size + results.size >= mostWaits) throw policyError('expression-failed', 'it waits for too much');
          pending.set(
            name,
            work().then(
              (value) => void results.set(name, { value }),
              (problem: unknown) => void results.set(name, { problem }),
            ),
          );
        }
        throw new Waiting('a value is not there yet');
      }
      if ('problem' in result) throw result.problem;
      return result.value;
    },
    settled: async () => {
      await Promise.all(pending.values());
      pending.clear();
    },
  };
}
