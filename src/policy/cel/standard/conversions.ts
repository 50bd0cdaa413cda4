import { policyError } from '#policy/errors.ts';
import { fn, type CelFunction } from '#policy/cel/function.ts';
import { bool, bytes, double, duration, dyn, int, text, timestamp, typeType, uint } from '#policy/cel/type.ts';
import { numberOf, typeNameOf, type Value } from '#policy/cel/value.ts';
import { checkedInt, checkedUint } from './arithmetic.ts';
import { durationOf, readDuration, readTimestamp, timestampOf, writeDuration, writeTimestamp } from './instants.ts';

const billion = 1_000_000_000n;

/** From one type to another; `type(x)` and `dyn(x)`. */
export const conversions: readonly CelFunction[] = [
  fn('int', [int], int, (value) => value),
  fn('int', [uint], int, (value) => checkedInt(value.value)),
  fn('int', [double], int, (value) => checkedInt(wholeOf(value, 2 ** 63))),
  fn('int', [text], int, (value) => checkedInt(integerIn(value))),
  fn('int', [timestamp], int, ({ nanos }) => (nanos - (((nanos % billion) + billion) % billion)) / billion),
  fn('int', [duration], int, ({ nanos }) => nanos),
  fn('uint', [uint], uint, (value) => value),
  fn('uint', [int], uint, (value) => checkedUint(value)),
  fn('uint', [double], uint, (value) => checkedUint(wholeOf(value, 2 ** 64))),
  fn('uint', [text], uint, (value) => checkedUint(integerIn(value))),
  fn('double', [double], double, (value) => value),
  fn('double', [int], double, Number),
  fn('double', [uint], double, (value) => Number(value.value)),
  fn('double', [text], double, doubleIn),
  fn('bool', [bool], bool, (value) => value),
  fn('bool', [text], bool, boolIn),
  fn('bytes', [bytes], bytes, (value) => value),
  fn('bytes', [text], bytes, (value, run) => {
    run.grow(value.length);
    return new TextEncoder().encode(value);
  }),
  fn('string', [bytes], text, (value, run) => {
    run.grow(value.length);
    return decoded(value);
  }),
  ...[text, bool, int, uint, double, timestamp, duration].map((type) => fn('string', [type], text, writePlain)),
  fn('timestamp', [timestamp], timestamp, (value) => value),
  fn('timestamp', [text], timestamp, readTimestamp),
  fn('timestamp', [int], timestamp, (seconds) => timestampOf(seconds * billion)),
  fn('duration', [duration], duration, (value) => value),
  fn('duration', [text], duration, readDuration),
  fn('duration', [int], duration, (nanos) => durationOf(nanos)),
  fn('dyn', [dyn], dyn, (value) => value),
  fn('type', [dyn], typeType, (value) => ({ kind: 'type', name: typeNameOf(value) })),
];

/** A plain value as text: what `string(x)` gives. @throws `expression-failed` for what has no such form */
export function writePlain(value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return writeDouble(value);
  if (typeof value === 'object' && value !== null && 'kind' in value) {
    if (value.kind === 'timestamp') return writeTimestamp(value);
    if (value.kind === 'duration') return writeDuration(value);
    if (value.kind === 'uint') return String(numberOf(value));
    if (value.kind === 'type') return value.name;
  }
  throw policyError('expression-failed', `${typeNameOf(value)} has no form as text`);
}

/** As Go writes it with `%g`: exponents have two digits, and come from 21 digits on. */
function writeDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}

function wholeOf(value: number, limit: number): bigint {
  if (!(Math.abs(value) < limit)) throw policyError('expression-failed', `${value} is no integer of 64 bits`);
  return BigInt(Math.trunc(value));
}

function integerIn(written: string): bigint {
  if (!/^[+-]?\d{1,25}$/.test(written))
    throw policyError('expression-failed', `"${written.slice(0, 50)}" is no integer`);
  return BigInt(written.replace(/^\+/, ''));
}

function doubleIn(written: string): number {
  const special = new Map([
    ['nan', Number.NaN],
    ['inf', Infinity],
    ['+inf', Infinity],
    ['-inf', -Infinity],
    ['infinity', Infinity],
    ['+infinity', Infinity],
    ['-infinity', -Infinity],
  ]).get(written.toLowerCase());
  if (special !== undefined) return special;
  if (written.length > 400 || !/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(written)) {
    throw policyError('expression-failed', `"${written.slice(0, 50)}" is no number`);
  }
  return Number(written);
}

function boolIn(written: string): boolean {
  if (['1', 't', 'true', 'TRUE', 'True'].includes(written)) return true;
  if (['0', 'f', 'false', 'FALSE', 'False'].includes(written)) return false;
  throw policyError('expression-failed', `"${written.slice(0, 50)}" is neither true nor false`);
}

function decoded(value: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    throw policyError('expression-failed', 'the bytes are no text in UTF-8');
  }
}
