import { exceptionIds, licenseIds } from './license-ids.ts';

/** A licence that is written in the terms of SPDX. */
export interface LicenseExpression {
  /** In the spelling of the licence list: `MIT`, `GPL-2.0-only WITH Classpath-exception-2.0`. */
  readonly expression: string;
  /** Whether it is the id of one licence and nothing more. */
  readonly isId: boolean;
  /** The `LicenseRef-` names in it, whose texts stand elsewhere. */
  readonly references: readonly string[];
}

/**
 * Reads a licence expression (SPDX 2.3, annex D). Ids count whatever their case, and so do the operators, which the annex wants
 * in capitals but many packages write small.
 *
 * @returns nothing if it is none, or if it names a licence that is not in our list
 *
 * @example
 * parseLicense('(mit or Apache-2.0)')?.expression // '(MIT OR Apache-2.0)'
 */
export function parseLicense(text: string): LicenseExpression | undefined {
  if (text.length > longestExpression) return undefined;
  const words = text.match(/[()]|[^\s()]+/g) ?? [];
  const written: string[] = [];
  const references: string[] = [];
  let depth = 0;
  let expected: 'license' | 'exception' | 'operator' = 'license';
  for (const [position, word] of words.entries()) {
    if (expected === 'license') {
      const license = word === '(' ? word : licenseNamed(word);
      if (license === undefined) return undefined;
      if (license === '(') depth++;
      else expected = 'operator';
      if (isReference(license)) references.push(license);
      written.push(license);
    } else if (expected === 'exception') {
      const exception = exceptions.get(word.toLowerCase());
      if (exception === undefined) return undefined;
      written.push(exception);
      expected = 'operator';
    } else if (word === ')') {
      if (depth-- === 0) return undefined;
      written.push(word);
    } else {
      const operator = word.toUpperCase();
      if (!operators.has(operator)) return undefined;
      // An exception belongs to one licence, not to what stands in parentheses or has an exception already.
      if (operator === 'WITH' && !canTakeException(words, position)) return undefined;
      written.push(operator);
      expected = operator === 'WITH' ? 'exception' : 'license';
    }
  }
  if (expected !== 'operator' || depth !== 0) return undefined;
  const expression = written.join(' ').replaceAll('( ', '(').replaceAll(' )', ')');
  return {
    expression,
    isId: written.length === 1 && licenses.get(expression.toLowerCase()) === expression,
    references,
  };
}

/** One expression that says that all of these hold. */
export function allOf(expressions: readonly LicenseExpression[]): string {
  const texts = expressions.map(({ expression }) => expression);
  return texts.length < 2
    ? texts.join('')
    : texts.map((text) => (/ (?:OR|AND) /.test(text) ? `(${text})` : text)).join(' AND ');
}

/** Longer texts are licences themselves, not their names. */
const longestExpression = 1000;
const operators = new Set(['AND', 'OR', 'WITH']);
const licenses = new Map(licenseIds.map((id) => [id.toLowerCase(), id]));
const exceptions = new Map(exceptionIds.map((id) => [id.toLowerCase(), id]));

/** A licence of the list, "or later" by a plus sign, or one that the document describes itself. */
function licenseNamed(word: string): string | undefined {
  const id = licenses.get(word.toLowerCase());
  if (id !== undefined || isReference(word)) return id ?? word;
  const base = word.endsWith('+') ? licenses.get(word.slice(0, -1).toLowerCase()) : undefined;
  return base === undefined ? undefined : `${base}+`;
}

function isReference(word: string): boolean {
  return /^LicenseRef-[A-Za-z0-9.-]+$/.test(word);
}

function canTakeException(words: readonly string[], position: number): boolean {
  return words[position - 1] !== ')' && words[position - 2]?.toUpperCase() !== 'WITH';
}
