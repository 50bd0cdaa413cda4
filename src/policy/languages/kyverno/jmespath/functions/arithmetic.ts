import { formatDuration, parseDuration, type Duration } from '#policy/languages/kyverno/values/duration.ts';
import { formatQuantity, parseQuantity, type Quantity } from '#policy/languages/kyverno/values/quantity.ts';
import { printed } from '#policy/languages/kyverno/values/print.ts';
import { anything, define, failure, list, number, type JmesFunction } from './define.ts';

/** Functions of numbers, amounts (`100Mi`) and durations (`1h`). Which go together is Kyverno's rule. */
export const arithmetic: Readonly<Record<string, JmesFunction>> = {
  add: define([anything, anything], ([one, other]) => add(operand(one), operand(other))),
  sum: define([list], ([values]) => {
    const [first, ...rest] = values;
    if (values.length === 0) throw failure('the sum of nothing');
    return rest.reduce((sum: unknown, value) => add(operand(sum), operand(value)), first);
  }),
  subtract: define([anything, anything], ([one, other]) => add(operand(one), negative(operand(other)))),
  multiply: define([anything, anything], ([one, other]) => multiply(operand(one), operand(other))),
  divide: define([anything, anything], ([one, other]) => divide(operand(one), operand(other))),
  modulo: define([anything, anything], ([one, other]) => modulo(operand(one), operand(other))),
  round: define([number, number], ([value, places]) => {
    if (!Number.isInteger(places) || places < 0 || places > 100) throw failure('places are a whole number');
    const shift = 10 ** places;
    return (Math.sign(value) * Math.round(Math.abs(value) * shift)) / shift;
  }),
};

type Operand =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'quantity'; readonly value: Quantity }
  | { readonly kind: 'duration'; readonly value: Duration };

function operand(value: unknown): Operand {
  if (typeof value === 'number') return { kind: 'number', value };
  if (typeof value === 'string') {
    const quantity = parseQuantity(value);
    if (quantity !== undefined) return { kind: 'quantity', value: quantity };
    const duration = parseDuration(value);
    if (duration !== undefined) return { kind: 'duration', value: duration };
  }
  throw failure('only numbers, amounts and durations can be reckoned with');
}

function negative(one: Operand): Operand {
  if (one.kind === 'number') return { ...one, value: -one.value };
  if (one.kind === 'duration') return { ...one, value: -one.value };
  return { ...one, value: { ...one.value, billionths: -one.value.billionths } };
}

function add(one: Operand, other: Operand): unknown {
  if (one.kind === 'number' && other.kind === 'number') return one.value + other.value;
  if (one.kind === 'duration' && other.kind === 'duration') return formatDuration(one.value + other.value);
  if (one.kind === 'quantity' && other.kind === 'quantity') {
    // What is added to nothing is written as it is.
    const likeness = one.value.billionths === 0n ? other.value : one.value;
    return amount(likeness, one.value.billionths + other.value.billionths);
  }
  throw mismatch();
}

function multiply(one: Operand, other: Operand): unknown {
  if (one.kind === 'number' && other.kind === 'number') return one.value * other.value;
  if (one.kind === 'number') return multiply(other, one);
  if (other.kind !== 'number') throw mismatch();
  const factor = billionths(other.value);
  return one.kind === 'duration'
    ? formatDuration((one.value * factor) / billion)
    : amount(one.value, (one.value.billionths * factor) / billion);
}

function divide(one: Operand, other: Operand): unknown {
  if (isZero(other)) throw failure('division by zero');
  if (one.kind === 'number' && other.kind === 'number') return one.value / other.value;
  if (one.kind === 'duration' && other.kind === 'duration') return Number(one.value) / Number(other.value);
  if (one.kind === 'quantity' && other.kind === 'quantity') {
    return Number(one.value.billionths) / Number(other.value.billionths);
  }
  if (one.kind === 'number' || other.kind !== 'number') throw mismatch();
  const divisor = billionths(other.value);
  if (divisor === 0n) throw failure('division by zero');
  return one.kind === 'duration'
    ? formatDuration((one.value * billion) / divisor)
    : amount(
        one.value,
        cut((one.value.billionths * billion) / divisor, Math.max(one.value.places, placesOf(other.value))),
      );
}

/** Without what is behind so many places. */
function cut(value: bigint, places: number): bigint {
  if (places >= 9) return value;
  const step = 10n ** BigInt(9 - places);
  return value - (value % step);
}

function placesOf(value: number): number {
  return parseQuantity(printed(value))?.places ?? 0;
}

function modulo(one: Operand, other: Operand): unknown {
  if (isZero(other)) throw failure('division by zero');
  if (one.kind === 'number' && other.kind === 'number') {
    if (!Number.isInteger(one.value) || !Number.isInteger(other.value)) throw failure('modulo is of whole numbers');
    return one.value % other.value;
  }
  if (one.kind === 'duration' && other.kind === 'duration') return formatDuration(one.value % other.value);
  if (one.kind !== 'quantity' || other.kind !== 'quantity') throw mismatch();
  if (one.value.billionths % billion !== 0n || other.value.billionths % billion !== 0n) {
    throw failure('modulo is of whole numbers');
  }
  return amount(one.value, one.value.billionths % other.value.billionths);
}

const billion = 1_000_000_000n;

function billionths(value: number): bigint {
  const scaled = value * 1e9;
  if (!Number.isFinite(scaled)) throw failure('the number is too large');
  return BigInt(Math.round(scaled));
}

function amount({ format }: Quantity, value: bigint): string {
  return formatQuantity({ billionths: value, format });
}

function isZero(one: Operand): boolean {
  return one.kind === 'quantity' ? one.value.billionths === 0n : Number(one.value) === 0;
}

function mismatch() {
  return failure('these cannot be reckoned with together');
}
