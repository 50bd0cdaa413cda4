import { isBytes, isList, isMap, numberOf, type CelMap, type Value } from './value.ts';
import type { Run } from './run.ts';

/**
 * Whether two values are equal, as CEL's `==` has it: numbers by what they mean, whatever their type; values of different types never,
 * without an error.
 * @param run pays for each comparison
 */
export function equal(one: Value, other: Value, run: Spending): boolean {
  run.spend(1);
  const number = numberOf(one);
  if (number !== undefined) {
    const second = numberOf(other);
    // oxlint-disable-next-line eqeqeq -- an integer and a double of the same value are equal in CEL
    return second !== undefined && number == second;
  }
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null) return one === other;
  if (isList(one)) return isList(other) && equalLists(one, other, run);
  if (isMap(one)) return isMap(other) && equalMaps(one, other, run);
  if (isBytes(one)) return isBytes(other) && Buffer.compare(one, other) === 0;
  if (isList(other) || isMap(other) || isBytes(other)) return false;
  return equalTagged(one, other, run);
}

type Spending = Pick<Run, 'spend'>;
type Tagged = Extract<Value, { readonly kind: string }>;

function equalTagged(one: Tagged, other: Tagged, run: Spending): boolean {
  switch (one.kind) {
    case 'timestamp':
    case 'duration':
      return other.kind === one.kind && one.nanos === other.nanos;
    case 'type':
      return other.kind === 'type' && one.name === other.name;
    case 'optional':
      if (other.kind !== 'optional') return false;
      if (one.value === undefined || other.value === undefined) return one.value === other.value;
      return equal(one.value, other.value, run);
    case 'opaque':
      return other.kind === 'opaque' && one.type === other.type && one.same(other.content);
    case 'uint':
      return false;
  }
}

function equalLists(one: readonly Value[], other: readonly Value[], run: Spending): boolean {
  return one.length === other.length && one.every((value, at) => equal(value, other[at] ?? null, run));
}

function equalMaps(one: CelMap, other: CelMap, run: Spending): boolean {
  if (one.size !== other.size) return false;
  for (const [key, value] of one) {
    const second = other.get(key);
    if (second === undefined || !equal(value, second, run)) return false;
  }
  return true;
}
