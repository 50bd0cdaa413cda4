import { asObject } from '#kit/narrow.ts';
import { stepInto, stepsOf } from './pointer.ts';

/**
 * An object with other texts at some places: a new one, of which what did not change is the same as before. Places that are not there
 * are left alone.
 * @param texts new texts by JSON pointer
 */
export function setTexts<T>(object: T, texts: ReadonlyMap<string, string>): T {
  let changed: unknown = object;
  for (const [pointer, text] of texts) changed = setAt(changed, stepsOf(pointer) ?? [], text);
  // Only texts have changed, so that it is of the same type.
  return changed as T;
}

function setAt(value: unknown, steps: readonly string[], text: string): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return typeof value === 'string' ? text : value;
  const inner = stepInto(value, step);
  const changed = setAt(inner, rest, text);
  if (changed === inner) return value;
  if (Array.isArray(value)) return value.with(Number(step), changed) as unknown;
  return { ...asObject(value), [step]: changed };
}
