import { asList, asObject, type JsonObject } from '#kit/narrow.ts';

/** A field that is not as it was signed; one side is missing where it was added or taken out. */
export interface Difference {
  /** Keys, and positions in lists, from the root. */
  readonly steps: readonly string[];
  readonly signed?: unknown;
  readonly found?: unknown;
}

/**
 * In what two objects differ: field by field, also below one that only one of them has, but an item of a list that only one has as a
 * whole. Lists are in their order.
 */
export function* compare(signed: unknown, found: unknown, steps: readonly string[] = []): Generator<Difference> {
  const [mine, theirs] = [itemsOf(signed, found), itemsOf(found, signed)];
  if (mine !== undefined && theirs !== undefined) return yield* compareLists(mine, theirs, steps);
  const [one, other] = [fieldsOf(signed, found), fieldsOf(found, signed)];
  if (one !== undefined && other !== undefined) return yield* compareFields(one, other, steps);
  if (!isSame(signed, found)) {
    yield { steps, ...(signed === undefined ? {} : { signed }), ...(found === undefined ? {} : { found }) };
  }
}

/** The items of a side; none where it is missing beside one that has items. */
function itemsOf(side: unknown, beside: unknown): readonly unknown[] | undefined {
  if (side === undefined && asList(beside).length > 0) return [];
  return Array.isArray(side) ? side : undefined;
}

/** The fields of a side; none where it is missing beside one that has fields. */
function fieldsOf(side: unknown, beside: unknown): JsonObject | undefined {
  return side === undefined && Object.keys(asObject(beside) ?? {}).length > 0 ? {} : asObject(side);
}

function* compareLists(
  signed: readonly unknown[],
  found: readonly unknown[],
  steps: readonly string[],
): Generator<Difference> {
  const common = Math.min(signed.length, found.length);
  for (let index = 0; index < common; index++) yield* compare(signed[index], found[index], [...steps, String(index)]);
  for (const [index, item] of signed.slice(common).entries()) {
    yield { steps: [...steps, String(common + index)], signed: item };
  }
  for (const [index, item] of found.slice(common).entries()) {
    yield { steps: [...steps, String(common + index)], found: item };
  }
}

function* compareFields(signed: JsonObject, found: JsonObject, steps: readonly string[]): Generator<Difference> {
  const [mine, theirs] = [new Map(Object.entries(signed)), new Map(Object.entries(found))];
  for (const key of new Set([...mine.keys(), ...theirs.keys()])) {
    yield* compare(mine.get(key), theirs.get(key), [...steps, key]);
  }
}

/** Two numbers that are read as the same may not have been: of larger ones than these digits get lost. */
function isSame(one: unknown, other: unknown): boolean {
  return one === other && !(typeof one === 'number' && Math.abs(one) > Number.MAX_SAFE_INTEGER);
}
