import type { JsonObject } from '#kit/narrow.ts';
import { policyError } from '#policy/errors.ts';

/** Reads a selector of labels as text (`app=web,tier in (a, b),!old`). @throws `expression-failed` */
export function readLabelSelector(text: string): JsonObject {
  const terms = text.match(/[^,()]+(?:\([^()]*\))?/g) ?? [];
  return { matchExpressions: terms.map((term) => readTerm(term.trim())) };
}

function readTerm(term: string): JsonObject {
  const [, negative, only] = /^(!?)([\w./-]+)$/.exec(term) ?? [];
  if (only !== undefined) return { key: only, operator: negative === '!' ? 'DoesNotExist' : 'Exists' };
  const [, name, sign, value] = /^([\w./-]+)\s*(==|=|!=)\s*([\w.-]*)$/.exec(term) ?? [];
  if (name !== undefined) return { key: name, operator: sign === '!=' ? 'NotIn' : 'In', values: [value ?? ''] };
  const [, key, word, list] = /^([\w./-]+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(term) ?? [];
  if (key === undefined) throw policyError('expression-failed', `"${term.slice(0, 100)}" selects no labels`);
  const values = (list ?? '').split(',').map((one) => one.trim());
  return { key, operator: word === 'in' ? 'In' : 'NotIn', values };
}
