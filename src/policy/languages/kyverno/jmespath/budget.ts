import { policyError } from '#policy/errors.ts';

/**
 * What one question may cost: policies and objects are written by many, and small texts can ask for much. Every rule of a question
 * draws on the same budget.
 */
export interface Budget {
  /** Counts steps. @throws `expression-failed` when more are taken than any honest policy needs */
  step(count?: number): void;
  /** Counts text that is made or loaded. @throws `expression-failed` */
  take(length: number): void;
}

const mostSteps = 5_000_000;
const mostText = 64 << 20;

export function newBudget(): Budget {
  let steps = 0;
  let text = 0;
  return {
    step: (count = 1) => {
      steps += count;
      if (steps > mostSteps) throw policyError('expression-failed', 'the expressions of a policy take too many steps');
    },
    take: (length) => {
      text += length;
      if (text > mostText) throw policyError('expression-failed', 'the expressions of a policy make too much text');
    },
  };
}
