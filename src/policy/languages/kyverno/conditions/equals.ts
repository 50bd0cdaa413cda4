import { compareQuantities, parseQuantity } from '#policy/languages/kyverno/values/quantity.ts';
import { isSame } from '#policy/languages/kyverno/values/same.ts';
import { isLike } from '#policy/languages/kyverno/values/wildcard.ts';
import { asDurations, numberOf } from './order.ts';

/**
 * Whether a key equals a value: lists and objects as they are, numbers also as text, durations and amounts by what they mean, and a
 * text if it is like the value. Nothing equals nothing.
 */
export function equals(key: unknown, value: unknown): boolean {
  if (typeof key === 'boolean') return key === value;
  if (typeof key === 'number') return numberOf(value) === key;
  if (typeof key === 'string') return equalsText(key, value);
  return typeof key === 'object' && key !== null && isSame(key, value);
}

function equalsText(key: string, value: unknown): boolean {
  const durations = asDurations(key, value);
  if (durations !== undefined) return durations[0] === durations[1];
  if (typeof value !== 'string') return false;
  const amount = value === '' ? undefined : parseQuantity(key);
  if (amount === undefined) return isLike(value, key);
  const wanted = parseQuantity(value);
  return wanted !== undefined && compareQuantities(amount, wanted) === 0;
}
