import { equal } from '#policy/cel/equal.ts';
import { fn, type Library } from '#policy/cel/function.ts';
import type { Run } from '#policy/cel/run.ts';
import { bool, list, parameter } from '#policy/cel/type.ts';
import type { Value } from '#policy/cel/value.ts';

const items = list(parameter('A'));

/** Lists as sets (cel-go, "ext.Sets"). */
export const sets: Library = {
  name: 'sets',
  functions: [
    fn('sets.contains', [items, items], bool, contains),
    fn(
      'sets.equivalent',
      [items, items],
      bool,
      (one, other, run) => contains(one, other, run) && contains(other, one, run),
    ),
    fn('sets.intersects', [items, items], bool, (one, other, run) => other.some((value) => isIn(value, one, run))),
  ],
};

function contains(whole: readonly Value[], part: readonly Value[], run: Run): boolean {
  return part.every((value) => isIn(value, whole, run));
}

function isIn(value: Value, set: readonly Value[], run: Run): boolean {
  return set.some((item) => equal(item, value, run));
}
