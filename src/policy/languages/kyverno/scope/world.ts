import type { Surroundings } from '#policy/surroundings.ts';
import type { Budget } from '#policy/languages/kyverno/jmespath/budget.ts';

/** What the rules of a policy may ask while they decide one question. */
export interface World {
  readonly surroundings: Surroundings;
  readonly budget: Budget;
  /** A policy of a namespace reads nothing of others. */
  readonly policyNamespace?: string;
  /** Values that somebody gives for a rule in place of what would be loaded, as files of tests do. */
  readonly given?: GivenValues;
}

export interface GivenValues {
  readonly values: ReadonlyMap<string, unknown>;
  /** For each element of a list, in their order. */
  readonly forEach: ReadonlyMap<string, readonly unknown[]>;
}
