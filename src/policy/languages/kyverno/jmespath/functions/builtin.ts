import { parseFloat64 } from '#policy/languages/kyverno/values/float.ts';
import { toJson } from '#policy/languages/kyverno/values/json.ts';
import { isSame } from '#policy/languages/kyverno/values/same.ts';
import {
  anything,
  define,
  failure,
  list,
  listOrText,
  mapping,
  number,
  numbers,
  object,
  text,
  texts,
  type JmesFunction,
} from './define.ts';

/** The functions of JMESPath itself (jmespath.org, "Built-in Functions"); `sum` is Kyverno's own. */
export const builtin: Readonly<Record<string, JmesFunction>> = {
  abs: define([number], ([value]) => Math.abs(value)),
  avg: define([numbers], ([values]) => (values.length === 0 ? null : total(values) / values.length)),
  ceil: define([number], ([value]) => Math.ceil(value)),
  contains: define([listOrText, anything], ([within, wanted]) =>
    typeof within === 'string'
      ? typeof wanted === 'string' && within.includes(wanted)
      : within.some((item) => isSame(item, wanted)),
  ),
  ends_with: define([text, text], ([value, end]) => value.endsWith(end)),
  floor: define([number], ([value]) => Math.floor(value)),
  join: define([text, texts], ([between, values]) => values.join(between)),
  keys: define([object], ([value]) => Object.keys(value).toSorted()),
  length: define([anything], ([value]) => lengthOf(value)),
  map: define([mapping, list], ([each, values]) => values.map(each)),
  max: define([list], ([values]) => extreme(sortable(values), 1)),
  max_by: define([list, mapping], ([values, by]) => extremeBy(values, by, 1)),
  merge: (given) => Object.assign({}, ...some(given).map(asMergeable)) as unknown,
  min: define([list], ([values]) => extreme(sortable(values), -1)),
  min_by: define([list, mapping], ([values, by]) => extremeBy(values, by, -1)),
  not_null: (given) => some(given).find((value) => value !== null) ?? null,
  reverse: define([listOrText], ([value]) =>
    typeof value === 'string' ? Array.from(value).toReversed().join('') : value.toReversed(),
  ),
  sort: define([list], ([values]) => sortable(values).toSorted(inOrder)),
  sort_by: define([list, mapping], ([values, by]) => sortBy(values, by)),
  starts_with: define([text, text], ([value, start]) => value.startsWith(start)),
  to_array: define([anything], ([value]) => (Array.isArray(value) ? value : [value])),
  to_number: define([anything], ([value]) => toNumber(value)),
  to_string: define([anything], ([value]) => (typeof value === 'string' ? value : toJson(value))),
  type: define([anything], ([value]) => typeOf(value)),
  values: define([object], ([value]) => Object.values(value)),
};

function some(given: readonly unknown[]): readonly unknown[] {
  if (given.length === 0) throw failure('it takes at least one argument');
  return given;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return Array.from(value).length;
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? value.length : Object.keys(value).length;
  }
  throw failure('length is of a text, a list or an object');
}

type Sortable = readonly (string | number)[];

function sortable(values: readonly unknown[]): Sortable {
  const isTexts = values.every((value): value is string => typeof value === 'string');
  if (isTexts) return values;
  if (values.every((value): value is number => typeof value === 'number')) return values;
  throw failure('only texts, or only numbers, have an order');
}

function inOrder(one: string | number, other: string | number): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function extreme(values: Sortable, sign: 1 | -1): unknown {
  const [first = null, ...rest] = values;
  return rest.reduce((best, value) => (best !== null && inOrder(value, best) * sign > 0 ? value : best), first);
}

function extremeBy(values: readonly unknown[], by: (item: unknown) => unknown, sign: 1 | -1): unknown {
  if (values.length < 2) return values[0] ?? null;
  const keys = sortable(values.map(by));
  const best = extreme(keys, sign);
  return values[keys.findIndex((key) => key === best)] ?? null;
}

function sortBy(values: readonly unknown[], by: (item: unknown) => unknown): readonly unknown[] {
  if (values.length < 2) return values;
  const keys = sortable(values.map(by));
  return [...keys.entries()].toSorted(([, one], [, other]) => inOrder(one, other)).map(([at]) => values[at]);
}

function asMergeable(value: unknown): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw failure('merge is of objects');
  return value;
}

function toNumber(value: unknown): number | null {
  if (typeof value === 'number') return value;
  const read = typeof value === 'string' ? parseFloat64(value) : undefined;
  return read === undefined || Number.isNaN(read) ? null : read;
}

function typeOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
