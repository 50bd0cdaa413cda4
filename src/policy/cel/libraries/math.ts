import { policyError } from '#policy/errors.ts';
import { fn, type CelFunction, type Library } from '#policy/cel/function.ts';
import type { Run } from '#policy/cel/run.ts';
import { checkedInt, checkedUint } from '#policy/cel/standard/arithmetic.ts';
import { order } from '#policy/cel/standard/comparisons.ts';
import { bool, double, dyn, int, list, uint, type Type } from '#policy/cel/type.ts';
import { isList, numberOf, typeNameOf, type Value } from '#policy/cel/value.ts';

/** Numbers (cel-go, "ext.Math"). */
export const math: Library = {
  name: 'math',
  functions: [
    ...extremes('math.least', -1),
    ...extremes('math.greatest', 1),
    fn('math.abs', [int], int, (value) => checkedInt(value < 0n ? -value : value)),
    fn('math.abs', [uint], uint, (value) => value),
    fn('math.abs', [double], double, Math.abs),
    fn('math.sign', [int], int, (value) => (value < 0n ? -1n : value > 0n ? 1n : 0n)),
    fn('math.sign', [uint], uint, ({ value }) => checkedUint(value > 0n ? 1n : 0n)),
    fn('math.sign', [double], double, Math.sign),
    fn('math.ceil', [double], double, Math.ceil),
    fn('math.floor', [double], double, Math.floor),
    fn('math.trunc', [double], double, Math.trunc),
    fn('math.round', [double], double, (value) => Math.sign(value) * Math.round(Math.abs(value))),
    fn('math.sqrt', [double], double, Math.sqrt),
    fn('math.sqrt', [int], double, (value) => Math.sqrt(Number(value))),
    fn('math.sqrt', [uint], double, ({ value }) => Math.sqrt(Number(value))),
    fn('math.isNaN', [double], bool, Number.isNaN),
    fn('math.isInf', [double], bool, (value) => Math.abs(value) === Infinity),
    fn('math.isFinite', [double], bool, Number.isFinite),
    fn('math.bitAnd', [int, int], int, (one, other) => one & other),
    fn('math.bitOr', [int, int], int, (one, other) => one | other),
    fn('math.bitXor', [int, int], int, (one, other) => one ^ other),
    fn('math.bitNot', [int], int, (value) => ~value),
    fn('math.bitShiftLeft', [int, int], int, (value, by) => (by > 63n ? 0n : BigInt.asIntN(64, value << shift(by)))),
    fn('math.bitShiftRight', [int, int], int, (value, by) =>
      by > 63n ? 0n : BigInt.asIntN(64, BigInt.asUintN(64, value) >> shift(by)),
    ),
    fn('math.bitAnd', [uint, uint], uint, (one, other) => checkedUint(one.value & other.value)),
    fn('math.bitOr', [uint, uint], uint, (one, other) => checkedUint(one.value | other.value)),
    fn('math.bitXor', [uint, uint], uint, (one, other) => checkedUint(one.value ^ other.value)),
    fn('math.bitNot', [uint], uint, ({ value }) => checkedUint(BigInt.asUintN(64, ~value))),
    fn('math.bitShiftLeft', [uint, int], uint, ({ value }, by) =>
      checkedUint(by > 63n ? 0n : BigInt.asUintN(64, value << shift(by))),
    ),
    fn('math.bitShiftRight', [uint, int], uint, ({ value }, by) => checkedUint(by > 63n ? 0n : value >> shift(by))),
  ],
};

/** Of one number, of up to eight, or of a list. */
function extremes(name: string, sign: number): readonly CelFunction[] {
  const best = (values: readonly Value[], run: Run) => {
    const [first, ...more] = values;
    if (first === undefined) throw policyError('expression-failed', `${name}() of nothing`);
    return more.reduce((one, other) => (order(asNumber(other), one, run) * sign > 0 ? other : one), asNumber(first));
  };
  const ofNumbers = Array.from({ length: 8 }, (_, at): CelFunction => {
    const parameters: Type[] = Array.from({ length: at + 1 }, () => dyn);
    return {
      name,
      isMethod: false,
      parameters,
      result: dyn,
      call: (values, run) =>
        best(values.length === 1 && isList(values[0] ?? null) ? (values[0] as Value[]) : values, run),
    };
  });
  return [fn(name, [list()], dyn, best), ...ofNumbers];
}

function asNumber(value: Value): Value {
  if (numberOf(value) === undefined) throw policyError('expression-failed', `${typeNameOf(value)} is no number`);
  return value;
}

function shift(by: bigint): bigint {
  if (by < 0n) throw policyError('expression-failed', 'bits are shifted by a negative number');
  return by;
}
