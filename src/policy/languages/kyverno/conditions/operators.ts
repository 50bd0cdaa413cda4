import { parseJson } from '#kit/narrow.ts';
import { isRange, matchesValue } from '#policy/languages/kyverno/pattern/value.ts';
import { printed } from '#policy/languages/kyverno/values/print.ts';
import { isLike } from '#policy/languages/kyverno/values/wildcard.ts';
import { compareDurations, compareNumbers } from './order.ts';
import { equals } from './equals.ts';

/** Whether a key is to its value as an operator says. */
export type Operator = (key: unknown, value: unknown) => boolean;

const notEqual: Operator = (key, value) => key !== null && key !== undefined && !equals(key, value);

/** The operators of conditions by their names in lower case, the older ones too. */
export const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['equal', equals],
  ['equals', equals],
  ['notequal', notEqual],
  ['notequals', notEqual],
  ['in', (key, value) => within(key, value, isAllIn)],
  ['anyin', (key, value) => within(key, value, isAnyIn)],
  ['allin', (key, value) => within(key, value, isAllIn)],
  ['notin', (key, value) => within(key, value, isAnyNotIn)],
  ['anynotin', (key, value) => within(key, value, isAnyNotIn)],
  ['allnotin', (key, value) => within(key, value, isAllNotIn)],
  ['greaterthan', (key, value) => (compareNumbers(key, value) ?? 0) > 0],
  ['greaterthanorequals', (key, value) => (compareNumbers(key, value) ?? -1) >= 0],
  ['lessthan', (key, value) => (compareNumbers(key, value) ?? 0) < 0],
  ['lessthanorequals', (key, value) => (compareNumbers(key, value) ?? 1) <= 0],
  ['durationgreaterthan', (key, value) => (compareDurations(key, value) ?? 0) > 0],
  ['durationgreaterthanorequals', (key, value) => (compareDurations(key, value) ?? -1) >= 0],
  ['durationlessthan', (key, value) => (compareDurations(key, value) ?? 0) < 0],
  ['durationlessthanorequals', (key, value) => (compareDurations(key, value) ?? 1) <= 0],
]);

/** Whether a text is among what a value allows. */
type Holds = (text: string) => boolean;
type Quantifier = (keys: readonly string[], holds: Holds) => boolean;

const isAnyIn: Quantifier = (keys, holds) => keys.some(holds);
const isAllIn: Quantifier = (keys, holds) => keys.every(holds);
const isAnyNotIn: Quantifier = (keys, holds) => keys.some((key) => !holds(key));
const isAllNotIn: Quantifier = (keys, holds) => keys.every((key) => !holds(key));

/** What is neither text, number, flag nor a list of those is in nothing, and not outside of anything. */
function within(key: unknown, value: unknown, quantifier: Quantifier): boolean {
  const isList = Array.isArray(key);
  if (!isList && typeof key !== 'string' && typeof key !== 'number' && typeof key !== 'boolean') return false;
  const keys = isList ? key.map(printed) : [printed(key)];
  const holds = choicesOf(value, isList);
  return holds !== undefined && quantifier(keys, holds);
}

function choicesOf(value: unknown, isList: boolean): Holds | undefined {
  if (Array.isArray(value)) return among(value.map(printed));
  if (isList && (typeof value === 'number' || typeof value === 'boolean')) return among([printed(value)]);
  if (typeof value !== 'string') return undefined;
  if (isRange(value)) return (key) => key === value || matchesValue(key, value);
  const parsed = parseJson(value);
  if (parsed !== undefined && !isTexts(parsed)) return isList ? undefined : (key) => isLike(value, key);
  const choices = parsed ?? [value];
  return isList ? among([...choices, value]) : (key) => isLike(value, key) || choices.includes(key);
}

/** Either may have the wildcards. */
function among(choices: readonly string[]): Holds {
  return (key) => choices.some((choice) => isLike(choice, key) || isLike(key, choice));
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
