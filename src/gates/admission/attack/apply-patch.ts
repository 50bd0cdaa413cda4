import { isDeepStrictEqual } from 'node:util';
import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { stepInto, stepsOf } from '#policy/workloads/pointer.ts';

/**
 * Applies a patch as API servers do (RFC 6902), as far as webhooks use it: `test`, `add`, `replace`, `remove`.
 * @returns nothing if the patch does not fit the object: the request fails then
 */
export function applyPatch(object: JsonObject, steps: readonly unknown[]): JsonObject | undefined {
  let now: unknown = object;
  for (const step of steps) {
    const { op, path, value } = asObject(step) ?? {};
    const way = stepsOf(asText(path) ?? '-');
    if (way === undefined) return undefined;
    if (op === 'test') {
      if (!isDeepStrictEqual(way.reduce<unknown>(stepInto, now), value)) return undefined;
    } else if (op === 'add' || op === 'replace' || op === 'remove') now = change(now, way, op, value);
    else return undefined;
    if (now === undefined) return undefined;
  }
  return asObject(now);
}

type Operation = 'add' | 'replace' | 'remove';

function change(target: unknown, [step, ...rest]: readonly string[], op: Operation, value: unknown): unknown {
  if (step === undefined) return op === 'remove' ? undefined : value;
  const isLast = rest.length === 0;
  if (Array.isArray(target)) return changeList(target, step, rest, op, value);
  const object = asObject(target);
  if (object === undefined) return undefined;
  const has = Object.hasOwn(object, step);
  if (!has && !(isLast && op === 'add')) return undefined;
  if (isLast && op === 'remove') return Object.fromEntries(Object.entries(object).filter(([key]) => key !== step));
  const inner = isLast ? value : change(object[step], rest, op, value);
  return inner === undefined ? undefined : { ...object, [step]: inner };
}

function changeList(
  list: readonly unknown[],
  step: string,
  rest: readonly string[],
  op: Operation,
  value: unknown,
): readonly unknown[] | undefined {
  const at = step === '-' ? list.length : Number(step);
  const isLast = rest.length === 0;
  if (!Number.isInteger(at) || at < 0 || at > list.length) return undefined;
  if (isLast && op === 'add') return list.toSpliced(at, 0, value);
  if (at === list.length) return undefined;
  if (isLast && op === 'remove') return list.toSpliced(at, 1);
  const inner = isLast ? value : change(list[at], rest, op, value);
  return inner === undefined ? undefined : list.with(at, inner);
}
