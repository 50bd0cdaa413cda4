import { isDeepStrictEqual } from 'node:util';
import { asObject, type JsonObject } from '#kit/narrow.ts';
import { pointerOf } from '#policy/workloads/pointer.ts';

/** One step of a patch (RFC 6902). */
export type PatchStep =
  | { readonly op: 'test' | 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/**
 * The patch that makes one object of another. Whatever is changed inside a list is tested first, so that a patch which meets
 * another object than it was made for fails as a whole. Lists of different lengths are replaced.
 */
export function patchBetween(before: JsonObject, after: JsonObject): readonly PatchStep[] {
  return inObject(before, after, []);
}

type Steps = readonly (string | number)[];

function between(before: unknown, after: unknown, at: Steps): readonly PatchStep[] {
  if (isDeepStrictEqual(before, after)) return [];
  const [one, other] = [asObject(before), asObject(after)];
  if (one !== undefined && other !== undefined) return inObject(one, other, at);
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item: unknown, index) => between(item, after[index], [...at, index]));
  }
  return [...guard(before, at), { op: 'replace', path: pointerOf(at), value: after }];
}

function inObject(before: JsonObject, after: JsonObject, at: Steps): readonly PatchStep[] {
  const inner = (key: string) => [...at, key];
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return [
    ...gone.flatMap((key): PatchStep[] => [
      ...guard(before[key], inner(key)),
      { op: 'remove', path: pointerOf(inner(key)) },
    ]),
    ...Object.entries(after).flatMap(([key, value]): readonly PatchStep[] => {
      if (Object.hasOwn(before, key)) return between(before[key], value, inner(key));
      return [...guard(before, at), { op: 'add', path: pointerOf(inner(key)), value }];
    }),
  ];
}

/** What is in a list may have moved since. A list itself may have changed, too. */
function guard(before: unknown, at: Steps): PatchStep[] {
  const isInList = at.some((step) => typeof step === 'number') || Array.isArray(before);
  return isInList ? [{ op: 'test', path: pointerOf(at), value: before }] : [];
}
