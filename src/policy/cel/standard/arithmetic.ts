import { policyError } from '#policy/errors.ts';
import { fn, type CelFunction } from '#policy/cel/function.ts';
import { bool, bytes, double, duration, int, list, parameter, text, timestamp, uint } from '#policy/cel/type.ts';
import type { Uint } from '#policy/cel/value.ts';
import { durationOf, timestampOf } from './instants.ts';

const anyList = list(parameter('A'));

/** `+ - * / %`, and the two of one side. Integers do not run over: that is an error ("Overflow"). */
export const arithmetic: readonly CelFunction[] = [
  fn('!_', [bool], bool, (value) => !value),
  fn('-_', [int], int, (value) => checkedInt(-value)),
  fn('-_', [double], double, (value) => -value),

  fn('_+_', [int, int], int, (one, other) => checkedInt(one + other)),
  fn('_+_', [uint, uint], uint, (one, other) => checkedUint(one.value + other.value)),
  fn('_+_', [double, double], double, (one, other) => one + other),
  fn('_+_', [text, text], text, (one, other, run) => {
    run.grow(one.length + other.length);
    return one + other;
  }),
  fn('_+_', [bytes, bytes], bytes, (one, other, run) => {
    run.grow(one.length + other.length);
    return new Uint8Array(Buffer.concat([one, other]));
  }),
  fn('_+_', [anyList, anyList], anyList, (one, other, run) => {
    run.grow(one.length + other.length);
    return [...one, ...other];
  }),
  fn('_+_', [timestamp, duration], timestamp, (at, by) => timestampOf(at.nanos + by.nanos)),
  fn('_+_', [duration, timestamp], timestamp, (by, at) => timestampOf(at.nanos + by.nanos)),
  fn('_+_', [duration, duration], duration, (one, other) => durationOf(one.nanos + other.nanos)),

  fn('_-_', [int, int], int, (one, other) => checkedInt(one - other)),
  fn('_-_', [uint, uint], uint, (one, other) => checkedUint(one.value - other.value)),
  fn('_-_', [double, double], double, (one, other) => one - other),
  fn('_-_', [timestamp, timestamp], duration, (one, other) => durationOf(one.nanos - other.nanos)),
  fn('_-_', [timestamp, duration], timestamp, (at, by) => timestampOf(at.nanos - by.nanos)),
  fn('_-_', [duration, duration], duration, (one, other) => durationOf(one.nanos - other.nanos)),

  fn('_*_', [int, int], int, (one, other) => checkedInt(one * other)),
  fn('_*_', [uint, uint], uint, (one, other) => checkedUint(one.value * other.value)),
  fn('_*_', [double, double], double, (one, other) => one * other),

  fn('_/_', [int, int], int, (one, other) => checkedInt(one / divisor(other))),
  fn('_/_', [uint, uint], uint, (one, other) => checkedUint(one.value / divisor(other.value))),
  fn('_/_', [double, double], double, (one, other) => one / other),

  fn('_%_', [int, int], int, (one, other) => one % divisor(other)),
  fn('_%_', [uint, uint], uint, (one, other) => checkedUint(one.value % divisor(other.value))),
];

const smallest = -(1n << 63n);
const largest = (1n << 63n) - 1n;
const largestUint = (1n << 64n) - 1n;

/** An integer, if it is one of 64 bits. @throws `expression-failed` */
export function checkedInt(value: bigint): bigint {
  if (value < smallest || value > largest) throw policyError('expression-failed', `${value} is no integer of 64 bits`);
  return value;
}

/** An unsigned integer, if it is one of 64 bits. @throws `expression-failed` */
export function checkedUint(value: bigint): Uint {
  if (value < 0n || value > largestUint) {
    throw policyError('expression-failed', `${value} is no unsigned integer of 64 bits`);
  }
  return { kind: 'uint', value };
}

function divisor(value: bigint): bigint {
  if (value === 0n) throw policyError('expression-failed', 'it divides by zero');
  return value;
}
