import { parseDuration } from '#policy/languages/kyverno/values/duration.ts';
import { parseFloat64 } from '#policy/languages/kyverno/values/float.ts';
import { compareQuantities, parseQuantity } from '#policy/languages/kyverno/values/quantity.ts';
import { isLike } from '#policy/languages/kyverno/values/wildcard.ts';

/**
 * Whether a value is as a pattern says: `*` and `?`, `|` and `&`, `!`, `>`, `>=`, `<`, `<=`, ranges `1-5` and `1!-5`, amounts and
 * durations. Nothing, `null`, is what is absent or empty.
 */
export function matchesValue(value: unknown, pattern: unknown): boolean {
  if (pattern === null || pattern === undefined) return isNothing(value);
  if (typeof pattern === 'boolean') return value === pattern;
  if (typeof pattern === 'number') return matchesNumber(value, pattern);
  if (typeof pattern === 'string') return matchesText(value, pattern);
  // A pattern of an object says only that there is one.
  return !Array.isArray(pattern) && typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === 0 || value === '' || value === false;
}

function matchesNumber(value: unknown, pattern: number): boolean {
  if (typeof value === 'number') return value === pattern;
  if (typeof value !== 'string') return false;
  if (Number.isInteger(pattern)) return /^[+-]?\d{1,20}$/.test(value) && Number(value) === pattern;
  return parseFloat64(value) === pattern;
}

function matchesText(value: unknown, pattern: string): boolean {
  if (value === pattern) return true;
  return pattern.split('|').some((choice) => choice.split('&').every((one) => matchesTerm(value, one.trim())));
}

type Operator = '' | '!' | '>' | '>=' | '<' | '<=';

const end = String.raw`([-|+]?\d+(?:\.\d+)?[A-Za-z]*)`;
const range = new RegExp(`^${end}-${end}$`);
const outside = new RegExp(`^${end}!-${end}$`);

function matchesTerm(value: unknown, term: string): boolean {
  const operator = operatorOf(term);
  if (operator === '') {
    const [, low = '', high = ''] = outside.exec(term) ?? [];
    if (low !== '') return compare(value, low, '<') || compare(value, high, '>');
    const [, from = '', to = ''] = range.exec(term) ?? [];
    if (from !== '') return compare(value, from, '>=') && compare(value, to, '<=');
  }
  return compare(value, term.slice(operator.length).trim(), operator);
}

/** Whether a text of a condition is a range, which it is compared with otherwise than with a text. */
export function isRange(text: string): boolean {
  return text.length >= 2 && operatorOf(text) === '' && !outside.test(text) && range.test(text);
}

function operatorOf(term: string): Operator {
  if (term.length < 2) return '';
  return (['>=', '<=', '>', '<', '!'] as const).find((operator) => term.startsWith(operator)) ?? '';
}

function compare(value: unknown, pattern: string, operator: Operator): boolean {
  const text = numberText(value);
  if (text !== undefined) {
    const [wanted, given] = [parseDuration(pattern), parseDuration(text)];
    if (wanted !== undefined && given !== undefined) {
      return holds(given < wanted ? -1 : given > wanted ? 1 : 0, operator);
    }
    const [amount, has] = [parseQuantity(pattern), parseQuantity(text)];
    if (amount !== undefined && has !== undefined) return holds(compareQuantities(has, amount), operator);
  }
  if (operator !== '' && operator !== '!') return false;
  const written = writtenValue(value);
  return written !== undefined && isLike(pattern, written) === (operator === '');
}

function holds(order: number, operator: Operator): boolean {
  switch (operator) {
    case '':
      return order === 0;
    case '!':
      return order !== 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
  }
}

function numberText(value: unknown): string | undefined {
  if (value === null || value === undefined) return '0';
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') return undefined;
  return Number.isInteger(value) ? String(value) : value.toFixed(6);
}

function writtenValue(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number') return undefined;
  return Number.isInteger(value)
    ? String(value)
    : value
        .toExponential()
        .replace(/e([+-])(\d)$/, 'e$10$2')
        .toUpperCase();
}
