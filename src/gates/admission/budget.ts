import { admissionLimits } from './limits.ts';

/**
 * How many milliseconds there are to think: what the API server waits, as it says in `?timeout=` in Go's words for durations,
 * without what the answer needs on its way. What cannot be read counts as the usual.
 */
export function budgetOf(timeout: string | null | undefined): number {
  const { usualTimeout, longestTimeout, answering } = admissionLimits;
  const told = durationOf(timeout ?? '') ?? usualTimeout;
  return Math.max(0, Math.min(told, longestTimeout) - answering);
}

const units = new Map([
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
]);

function durationOf(text: string): number | undefined {
  if (!/^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|h|m|s)){1,4}$/.test(text)) return undefined;
  const parts = text.matchAll(/([\d.]+)([a-z]+)/g);
  return [...parts].reduce((sum, [, count, unit = '']) => sum + Number(count) * (units.get(unit) ?? 0), 0);
}
