import { regularExpression } from '#policy/cel/regular-expression.ts';
import { readDuration, readTimestamp } from '#policy/cel/standard/instants.ts';
import type { Node } from '#policy/cel/syntax/node.ts';

/** Functions that read a text of a certain form, and which of their arguments it is. */
const readers = new Map<string, { readonly at: number; readonly read: (text: string) => unknown }>([
  ['matches', { at: 1, read: regularExpression }],
  ['find', { at: 1, read: regularExpression }],
  ['findAll', { at: 1, read: regularExpression }],
  ['duration', { at: 0, read: readDuration }],
  ['timestamp', { at: 0, read: readTimestamp }],
]);

/** Reads what is written out as an argument, so that a wrong one is found before anything is evaluated. @throws `expression-failed` */
export function checkLiterals(name: string, args: readonly Node[]): void {
  const reader = readers.get(name);
  const literal = reader === undefined ? undefined : args[reader.at];
  if (literal?.kind === 'literal' && typeof literal.value === 'string') reader?.read(literal.value);
}
