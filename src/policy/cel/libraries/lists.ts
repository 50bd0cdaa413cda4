import { policyError } from '#policy/errors.ts';
import { equal } from '#policy/cel/equal.ts';
import { fn, method, type CelFunction, type Library } from '#policy/cel/function.ts';
import type { Run } from '#policy/cel/run.ts';
import { checkedInt, checkedUint } from '#policy/cel/standard/arithmetic.ts';
import { durationOf } from '#policy/cel/standard/instants.ts';
import { order } from '#policy/cel/standard/comparisons.ts';
import { bool, double, duration, int, list, parameter, uint } from '#policy/cel/type.ts';
import { isList, kindOf, numberOf, typeNameOf, type Duration, type Value } from '#policy/cel/value.ts';

const any = parameter('A');
const items = list(any);

/** Lists: Kubernetes' own functions, and those of cel-go ("ext.Lists"). */
export const lists: Library = {
  name: 'lists',
  functions: [
    method('isSorted', [items], bool, (values, run) =>
      values.every((value, at) => at === 0 || order(values[at - 1] ?? null, value, run) <= 0),
    ),
    ...sums(),
    method('min', [items], any, (values, run) => extreme(values, run, -1)),
    method('max', [items], any, (values, run) => extreme(values, run, 1)),
    method('indexOf', [items, any], int, (values, wanted, run) =>
      BigInt(values.findIndex((value) => equal(value, wanted, run))),
    ),
    method('lastIndexOf', [items, any], int, (values, wanted, run) =>
      BigInt(values.findLastIndex((value) => equal(value, wanted, run))),
    ),
    method('distinct', [items], items, distinct),
    method('reverse', [items], items, (values, run) => {
      run.grow(values.length);
      return values.toReversed();
    }),
    method('sort', [items], items, (values, run) => {
      run.grow(values.length);
      return values.toSorted((one, other) => order(one, other, run));
    }),
    method('slice', [items, int, int], items, slice),
    method('flatten', [list()], list(), (values, run) => flatten(values, 1n, run)),
    method('flatten', [list(), int], list(), flatten),
    fn('lists.range', [int], list(int), (count, run) => {
      if (count < 0n) return [];
      run.grow(Number(count));
      return Array.from({ length: Number(count) }, (_, at) => BigInt(at));
    }),
  ],
};

function sums(): readonly CelFunction[] {
  const add = [
    method('sum', [list(int)], int, (values) =>
      checkedInt(values.reduce((sum: bigint, value) => sum + intIn(value), 0n)),
    ),
    method('sum', [list(uint)], uint, (values) =>
      checkedUint(values.reduce((sum: bigint, value) => sum + intIn(value), 0n)),
    ),
    method('sum', [list(double)], double, (values) =>
      values.reduce((sum: number, value) => sum + Number(numberIn(value)), 0),
    ),
    method('sum', [list(duration)], duration, (values) =>
      durationOf(values.reduce((sum: bigint, value) => sum + nanosIn(value), 0n)),
    ),
  ] as const;
  // Values only know that they are lists: which sum it is, the first element says.
  const kinds = ['int', 'uint', 'double', 'google.protobuf.Duration'];
  return add.map((one, at) => ({
    ...one,
    parameters: one.parameters.map((type) => ({
      ...type,
      is: (value: Value): value is readonly Value[] =>
        isList(value) && (value[0] === undefined ? at === 0 : typeNameOf(value[0]) === kinds[at]),
    })),
  }));
}

function intIn(value: Value): bigint {
  const number = numberIn(value);
  if (typeof number !== 'bigint') throw policyError('expression-failed', 'a list has numbers of several types');
  return number;
}

function numberIn(value: Value): bigint | number {
  const number = numberOf(value);
  if (number === undefined) throw policyError('expression-failed', `${typeNameOf(value)} is no number`);
  return number;
}

function nanosIn(value: Value): bigint {
  if (kindOf(value) !== 'duration') throw policyError('expression-failed', `${typeNameOf(value)} is no duration`);
  return (value as Duration).nanos;
}

function extreme(values: readonly Value[], run: Run, sign: number): Value {
  const [first, ...more] = values;
  if (first === undefined) throw policyError('expression-failed', 'an empty list has no smallest and no largest');
  return more.reduce((best, value) => (order(value, best, run) * sign > 0 ? value : best), first);
}

function distinct(values: readonly Value[], run: Run): Value[] {
  const seen = new Set<Value>();
  const kept: Value[] = [];
  for (const value of values) {
    const isPlain = typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint';
    if (isPlain && seen.has(value)) continue;
    if (!isPlain && kept.some((one) => equal(one, value, run))) continue;
    if (isPlain) seen.add(value);
    kept.push(value);
  }
  run.grow(values.length);
  return kept;
}

function slice(values: readonly Value[], from: bigint, to: bigint, run: Run): readonly Value[] {
  if (from < 0n || to > BigInt(values.length) || from > to) {
    throw policyError('expression-failed', `a list of ${values.length} has no slice from ${from} to ${to}`);
  }
  run.grow(Number(to - from));
  return values.slice(Number(from), Number(to));
}

function flatten(values: readonly Value[], depth: bigint, run: Run): readonly Value[] {
  if (depth < 0n) throw policyError('expression-failed', 'a list is flattened to no negative depth');
  const flat: Value[] = [];
  for (const value of values) {
    if (isList(value) && depth > 0n) for (const inner of flatten(value, depth - 1n, run)) flat.push(inner);
    else flat.push(value);
  }
  run.grow(flat.length);
  return flat;
}
