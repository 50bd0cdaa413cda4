import { policyError } from '#policy/errors.ts';
import { equal } from '#policy/cel/equal.ts';
import { fn, type CelFunction } from '#policy/cel/function.ts';
import type { Run } from '#policy/cel/run.ts';
import {
  bool,
  bytes,
  double,
  duration,
  dyn,
  int,
  list,
  map,
  parameter,
  text,
  timestamp,
  uint,
  type Type,
} from '#policy/cel/type.ts';
import {
  isBytes,
  keyOf,
  kindOf,
  numberOf,
  typeNameOf,
  type Duration,
  type Timestamp,
  type Value,
} from '#policy/cel/value.ts';

const any = parameter('A');

const signs: readonly (readonly [name: string, holds: (sign: number) => boolean])[] = [
  ['_<_', (sign) => sign < 0],
  ['_<=_', (sign) => sign <= 0],
  ['_>_', (sign) => sign > 0],
  ['_>=_', (sign) => sign >= 0],
];

const numbers: readonly Type[] = [int, uint, double];

/** Which types may be compared: each with itself, and numbers with each other. */
const pairs: readonly (readonly [Type, Type])[] = [
  ...[bool, text, bytes, timestamp, duration].map((type) => [type, type] as const),
  ...numbers.flatMap((one) => numbers.map((other) => [one, other] as const)),
];

/** `== != < <= > >=`, and `in`. */
export const comparisons: readonly CelFunction[] = [
  fn('_==_', [any, any], bool, (one, other, run) => equal(one, other, run)),
  fn('_!=_', [any, any], bool, (one, other, run) => !equal(one, other, run)),
  ...signs.flatMap(([name, holds]) =>
    pairs.map(([one, other]) => fn(name, [one, other], bool, (a, b, run) => holds(order(a, b, run)))),
  ),
  fn('@in', [any, list(any)], bool, (value, items, run) => items.some((item) => equal(item, value, run))),
  fn('@in', [any, map(any, dyn)], bool, (value, items) => {
    const key = keyOf(value);
    return key !== undefined && items.has(key);
  }),
];

/** Which comes first: below zero for the first, NaN where neither does. @throws `expression-failed` for what has no order */
export function order(one: Value, other: Value, run: Pick<Run, 'spend'>): number {
  run.spend(1);
  const [a, b] = [numberOf(one), numberOf(other)];
  if (a !== undefined && b !== undefined) return a < b ? -1 : a > b ? 1 : Number(a >= b) - 1 || 0;
  if (typeof one === 'string' && typeof other === 'string') {
    run.spend(Math.min(one.length, other.length) / 10);
    return compareTexts(one, other);
  }
  if (typeof one === 'boolean' && typeof other === 'boolean') return Number(one) - Number(other);
  if (isBytes(one) && isBytes(other)) return Buffer.compare(one, other);
  const kind = kindOf(one);
  if ((kind === 'timestamp' || kind === 'duration') && kindOf(other) === kind) {
    const difference = (one as Timestamp | Duration).nanos - (other as Timestamp | Duration).nanos;
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  throw policyError('expression-failed', `${typeNameOf(one)} and ${typeNameOf(other)} have no order`);
}

/** By code points: JavaScript's own order puts some rare characters elsewhere. */
function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
