import { parseJson } from '#kit/narrow.ts';
import { isRange, matchesValue } from '#policy/languages/kyverno/pattern/value.ts';
import { printed } from '#policy/languages/kyverno/values/print.ts';
import { isLike } from '#policy/languages/kyverno/values/wildcard.ts';

/** Which of the keys must be among the values: some, all, some not, none. */
export type Membership = 'any' | 'all' | 'any-not' | 'all-not';

/**
 * Whether keys are among values as is said. Values are a list, a text with wildcards, a range, or a list in JSON; either side may have
 * the wildcards. Of what cannot be compared nothing holds, neither that it is among them nor that it is not.
 * @param isExact for lists of the older operators, which know no wildcards
 */
export function isMember(key: unknown, value: unknown, membership: Membership, isExact = false): boolean {
  if (Array.isArray(key)) return ofMany(key.map(printed), value, membership, isExact);
  if (typeof key !== 'string' && typeof key !== 'number' && typeof key !== 'boolean') return false;
  const found = isOneAmong(printed(key), value, isExact);
  return found !== undefined && found !== isNegative(membership);
}

function isNegative(membership: Membership): boolean {
  return membership === 'any-not' || membership === 'all-not';
}

function isOneAmong(key: string, value: unknown, isExact: boolean): boolean | undefined {
  if (Array.isArray(value)) return isAnyLike(key, value.map(printed));
  if (typeof value !== 'string') return undefined;
  if (isLike(value, key)) return true;
  if (!isExact && isRange(value)) return matchesValue(key, value);
  return choicesIn(value, isExact)?.includes(key);
}

function ofMany(keys: readonly string[], value: unknown, membership: Membership, isExact: boolean): boolean {
  // Of the older operators both say that it is so.
  if (typeof value === 'string' && keys.length === 1 && keys[0] === value) return isExact || !isNegative(membership);
  if (typeof value === 'string' && !isExact && isRange(value)) return inRange(keys, value, membership);
  const choices = choicesOf(value, membership, isExact);
  if (choices === undefined) return false;
  const isAmong = (key: string) => (isExact ? choices.includes(key) : isAnyLike(key, choices));
  switch (membership) {
    case 'any':
      return keys.some(isAmong);
    case 'all':
      return keys.every(isAmong);
    case 'any-not':
      return keys.some((key) => !isAmong(key));
    case 'all-not':
      return !keys.some(isAmong);
  }
}

function inRange(keys: readonly string[], range: string, membership: Membership): boolean {
  const isWithin = (key: string) => matchesValue(key, range);
  switch (membership) {
    case 'any':
      return keys.some(isWithin);
    case 'all':
      return keys.every(isWithin);
    case 'any-not':
      return keys.some((key) => matchesValue(key, range.replace('-', '!-')));
    case 'all-not':
      return !keys.some(isWithin);
  }
}

function choicesOf(value: unknown, membership: Membership, isExact: boolean): readonly string[] | undefined {
  if (Array.isArray(value)) return isExact && !isTexts(value) ? undefined : value.map(printed);
  if (typeof value === 'string') return choicesIn(value, isExact);
  const isPlain = typeof value === 'number' || typeof value === 'boolean';
  return isPlain && !isExact && (membership === 'any' || membership === 'any-not') ? [printed(value)] : undefined;
}

/** A list in JSON, or the text itself. */
function choicesIn(value: string, isExact: boolean): readonly string[] | undefined {
  const parsed = parseJson(value);
  if (parsed === undefined) return isExact ? undefined : [value];
  return isTexts(parsed) ? parsed : parsed === null ? [] : undefined;
}

function isAnyLike(key: string, choices: readonly string[]): boolean {
  return choices.some((choice) => isLike(choice, key) || isLike(key, choice));
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
