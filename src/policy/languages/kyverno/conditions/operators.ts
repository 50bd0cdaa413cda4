import { compareDurations, compareNumbers } from './order.ts';
import { equals } from './equals.ts';
import { isMember } from './membership.ts';

/** Whether a key is to its value as an operator says. */
export type Operator = (key: unknown, value: unknown) => boolean;

const notEqual: Operator = (key, value) => key !== null && key !== undefined && !equals(key, value);

/** The operators of conditions by their names in lower case, the older ones too. */
export const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['equal', equals],
  ['equals', equals],
  ['notequal', notEqual],
  ['notequals', notEqual],
  ['in', (key, value) => isMember(key, value, 'all', true)],
  ['anyin', (key, value) => isMember(key, value, 'any')],
  ['allin', (key, value) => isMember(key, value, 'all')],
  ['notin', (key, value) => isMember(key, value, 'any-not', true)],
  ['anynotin', (key, value) => isMember(key, value, 'any-not')],
  ['allnotin', (key, value) => isMember(key, value, 'all-not')],
  ['greaterthan', (key, value) => (compareNumbers(key, value) ?? 0) > 0],
  ['greaterthanorequals', (key, value) => (compareNumbers(key, value) ?? -1) >= 0],
  ['lessthan', (key, value) => (compareNumbers(key, value) ?? 0) < 0],
  ['lessthanorequals', (key, value) => (compareNumbers(key, value) ?? 1) <= 0],
  ['durationgreaterthan', (key, value) => (compareDurations(key, value) ?? 0) > 0],
  ['durationgreaterthanorequals', (key, value) => (compareDurations(key, value) ?? -1) >= 0],
  ['durationlessthan', (key, value) => (compareDurations(key, value) ?? 0) < 0],
  ['durationlessthanorequals', (key, value) => (compareDurations(key, value) ?? 1) <= 0],
]);
