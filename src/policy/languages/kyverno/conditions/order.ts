import { durationOfSeconds, parseDuration, type Duration } from '#policy/languages/kyverno/values/duration.ts';
import { parseFloat64 } from '#policy/languages/kyverno/values/float.ts';
import { compareQuantities, parseQuantity } from '#policy/languages/kyverno/values/quantity.ts';
import { semver } from '#versions/semver.ts';

/**
 * Which is the larger: of durations, amounts, numbers or versions, whatever both can be read as, in that order.
 * @returns negative, zero or positive; nothing for what cannot be compared
 */
export function compareNumbers(key: unknown, value: unknown): number | undefined {
  if (typeof key !== 'number' && typeof key !== 'string') return undefined;
  const durations = asDurations(key, value);
  if (durations !== undefined) return sign(durations[0] - durations[1]);
  if (typeof key === 'string') return compareText(key, value);
  const number = numberOf(value);
  return number === undefined || Number.isNaN(number) || Number.isNaN(key) ? undefined : order(key, number);
}

/** Which duration is longer; numbers are seconds. */
export function compareDurations(key: unknown, value: unknown): number | undefined {
  const [one, other] = [durationOf(key), durationOf(value)];
  return one === undefined || other === undefined ? undefined : sign(one - other);
}

/** Both as durations, if at least one is written as a duration and the other is that or a number of seconds. */
export function asDurations(key: unknown, value: unknown): readonly [Duration, Duration] | undefined {
  const isWritten = [key, value].some(
    (one) => typeof one === 'string' && one !== '0' && parseDuration(one) !== undefined,
  );
  if (!isWritten) return undefined;
  const [one, other] = [key, value].map((side) => (side === '0' ? undefined : durationOf(side)));
  return one === undefined || other === undefined ? undefined : [one, other];
}

/** The number that a value is, or that a text says. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? parseFloat64(value) : undefined;
}

function compareText(key: string, value: unknown): number | undefined {
  if (typeof value === 'string') {
    const [amount, limit] = [parseQuantity(key), parseQuantity(value)];
    if (amount !== undefined && limit !== undefined) return compareQuantities(amount, limit);
  }
  const number = numberOf(key);
  if (number !== undefined) return compareNumbers(number, value);
  const [version, limit] = [versionOf(key), versionOf(value)];
  return version === undefined || limit === undefined ? undefined : semver.compare(version, limit);
}

function versionOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d+\.\d+\.\d+(?:[-+]|$)/.test(value) ? semver.parse(value) : undefined;
}

function durationOf(value: unknown): Duration | undefined {
  if (typeof value === 'string') return parseDuration(value);
  return typeof value === 'number' && Math.abs(value) < 1e9 ? durationOfSeconds(Math.trunc(value)) : undefined;
}

function sign(difference: bigint): number {
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function order(one: number, other: number): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
