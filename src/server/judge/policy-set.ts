import type { Policy } from '#policy/policy.ts';

/** The policies that are in force, and what to call them all together. */
export interface PolicySet {
  readonly policies: readonly Policy[];
  /** Changes with every byte of theirs, and with the program that reads them. */
  readonly id: string;
}
