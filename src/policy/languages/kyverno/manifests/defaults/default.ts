import { asObject, type JsonObject } from '#kit/narrow.ts';

/**
 * A field that the API server writes where it is missing: its path, in which `*` is each item of a list, and what it becomes. What depends
 * on the fields beside it, or on the whole object, is a function of these; where that gives nothing, nothing is written.
 */
export type Default = readonly [path: string, value: Value];

type Value =
  | string
  | number
  | boolean
  | readonly unknown[]
  | JsonObject
  | ((beside: JsonObject, whole: JsonObject) => unknown);

/** An object with what is missing in it written, in the order of the list. @param below the path that all of the list begin with */
export function withDefaults(object: JsonObject, defaults: readonly Default[], below = ''): JsonObject {
  return defaults.reduce(
    (so, [path, value]) => asObject(writtenAt(so, `${below}${path}`.split('.'), value)) ?? so,
    object,
  );
}

/** An object with a field changed, if it is there. @param path in which `*` is each item of a list */
export function withChange(object: JsonObject, path: string, change: (value: unknown) => unknown): JsonObject {
  return (
    asObject(changedAt(object, path.split('.'), (value) => (value === undefined ? undefined : change(value)))) ?? object
  );
}

function writtenAt(object: JsonObject, steps: readonly string[], value: Value): unknown {
  return changedAt(
    object,
    steps,
    (found, beside) => found ?? (typeof value === 'function' ? value(beside, object) : value),
  );
}

function changedAt(
  value: unknown,
  [step, ...rest]: readonly string[],
  change: (found: unknown, beside: JsonObject) => unknown,
): unknown {
  if (step === '*') return Array.isArray(value) ? value.map((item) => changedAt(item, rest, change)) : value;
  const fields = asObject(value);
  if (fields === undefined || step === undefined) return value;
  const found = Object.hasOwn(fields, step) ? fields[step] : undefined;
  const changed = rest.length === 0 ? change(found, fields) : changedAt(found, rest, change);
  return changed === found ? value : { ...fields, [step]: changed };
}
