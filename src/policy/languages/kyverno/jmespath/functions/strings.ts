import { isLike } from '#policy/languages/kyverno/values/wildcard.ts';
import { define, failure, number, text, textOrNumber, type JmesFunction } from './define.ts';

/** Functions of texts. */
export const strings: Readonly<Record<string, JmesFunction>> = {
  compare: define([text, text], ([one, other]) => (one < other ? -1 : one > other ? 1 : 0)),
  equal_fold: define([text, text], ([one, other]) => one.toLowerCase() === other.toLowerCase()),
  replace: define([text, text, text, number], ([value, old, by, count], { budget }) =>
    replaceSome(value, old, by, count, (length) => budget.take(length)),
  ),
  replace_all: define([text, text, text], ([value, old, by], { budget }) =>
    replaceSome(value, old, by, -1, (length) => budget.take(length)),
  ),
  to_upper: define([text], ([value]) => each(value, (letter) => letter.toUpperCase())),
  to_lower: define([text], ([value]) => each(value, (letter) => letter.toLowerCase())),
  trim: define([text, text], ([value, characters]) => trim(value, characters)),
  trim_prefix: define([text, text], ([value, start]) => (value.startsWith(start) ? value.slice(start.length) : value)),
  split: define([text, text], ([value, by]) => (by === '' ? Array.from(value) : value.split(by))),
  truncate: define([text, number], ([value, length]) =>
    Array.from(value)
      .slice(0, Math.max(0, Math.trunc(length)))
      .join(''),
  ),
  pattern_match: define([text, textOrNumber], ([pattern, value]) => isLike(pattern, value)),
  path_canonicalize: define([text], ([value]) => canonicalPath(value)),
  to_boolean: define([text], ([value]) => toBoolean(value)),
};

/** Letters one by one, as Go does: one that would become several stays, or becomes the first of them if that is plain. */
function each(value: string, change: (letter: string) => string): string {
  return Array.from(value, (letter) => {
    const [first = '', ...more] = Array.from(change(letter));
    return more.length === 0 || /^[a-z]$/.test(first) ? first : letter;
  }).join('');
}

/** @param take counts the text before it is made, because each occurrence may become a long one */
function replaceSome(value: string, old: string, by: string, count: number, take: (length: number) => void): string {
  const pieces = old === '' ? ['', ...Array.from(value), ''] : value.split(old);
  const most = count < 0 ? pieces.length - 1 : Math.min(Math.trunc(count), pieces.length - 1);
  take(value.length + most * by.length);
  return pieces.map((piece, at) => (at === 0 ? piece : (at <= most ? by : old) + piece)).join('');
}

function trim(value: string, characters: string): string {
  const cut = new Set(characters);
  const all = Array.from(value);
  let start = 0;
  let end = all.length;
  while (start < end && cut.has(all[start] ?? '')) start++;
  while (end > start && cut.has(all[end - 1] ?? '')) end--;
  return all.slice(start, end).join('');
}

function canonicalPath(value: string): string {
  if (value === '') return '';
  const isAbsolute = value.startsWith('/');
  const steps: string[] = [];
  for (const step of value.split('/')) {
    if (step === '' || step === '.') continue;
    if (step === '..' && steps.length > 0 && steps.at(-1) !== '..') steps.pop();
    else if (step !== '..' || !isAbsolute) steps.push(step);
  }
  return isAbsolute ? `/${steps.join('/')}` : steps.join('/') || '.';
}

function toBoolean(value: string): boolean {
  const lower = value.toLowerCase();
  if (lower !== 'true' && lower !== 'false') throw failure(`"${value.slice(0, 100)}" is neither true nor false`);
  return lower === 'true';
}
