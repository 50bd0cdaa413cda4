import { isSame } from '#policy/languages/kyverno/values/same.ts';
import { anything, define, failure, list, listOrObject, object, text, type JmesFunction } from './define.ts';

/** Functions of lists and objects. */
export const collections: Readonly<Record<string, JmesFunction>> = {
  items: define([listOrObject, text, text], ([from, key, value]) => {
    const entries: readonly (readonly [string | number, unknown])[] =
      from.list === undefined ? Object.entries(from.object ?? {}).toSorted(byKey) : [...from.list.entries()];
    return entries.map(([name, inner]) =>
      Object.fromEntries([
        [key, name],
        [value, inner],
      ]),
    );
  }),
  label_match: define([object, object], ([wanted, given]) =>
    Object.entries(wanted).every(([key, value]) => Object.hasOwn(given, key) && isSame(given[key], value)),
  ),
  lookup: define([listOrObject, anything], ([from, at]) => {
    if (from.list !== undefined) {
      if (typeof at !== 'number' || !Number.isInteger(at)) throw failure('a list is looked up by a whole number');
      return (at < 0 ? undefined : from.list[at]) ?? null;
    }
    if (typeof at !== 'string') throw failure('an object is looked up by a text');
    return from.object !== undefined && Object.hasOwn(from.object, at) ? (from.object[at] ?? null) : null;
  }),
  object_from_lists: define([list, list], ([keys, values]) =>
    Object.fromEntries(keys.map((key, at) => [keyText(key), values[at] ?? null])),
  ),
};

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

function keyText(key: unknown): string {
  if (typeof key === 'string' || typeof key === 'number' || typeof key === 'boolean') return String(key);
  throw failure('a key is a text');
}
