import { policyError } from '#policy/errors.ts';
import { fn, method, type CelFunction, type Library } from '#policy/cel/function.ts';
import { bool, double, int, opaque, text } from '#policy/cel/type.ts';
import type { Opaque } from '#policy/cel/value.ts';

/** Amounts of Kubernetes such as `500m` or `1Gi`, in parts of a billion, which is as fine as Kubernetes keeps them. */
const quantityType = opaque<bigint>('kubernetes.Quantity', (one, other) => one === other);
const { wrap, unwrap } = quantityType;
const one = 1_000_000_000n;

/** `quantity()` and its methods (Kubernetes, "quantity library"). */
export const quantity: Library = {
  name: 'quantity',
  functions: [
    fn('quantity', [text], quantityType, (written) => wrap(read(written))),
    fn('isQuantity', [text], bool, (written) => parseQuantity(written) !== undefined),
    // Documented as a method, and a function in Kubernetes 1.34.
    fn('sign', [quantityType], int, signOf),
    method('sign', [quantityType], int, signOf),
    method('isInteger', [quantityType], bool, (value) => isInteger(unwrap(value))),
    method('asInteger', [quantityType], int, (value) => {
      if (!isInteger(unwrap(value))) throw policyError('expression-failed', 'a quantity is no integer');
      return unwrap(value) / one;
    }),
    method('asApproximateFloat', [quantityType], double, (value) => Number(unwrap(value)) / Number(one)),
    ...sums('add', 1n),
    ...sums('sub', -1n),
    method('isLessThan', [quantityType, quantityType], bool, (a, b) => unwrap(a) < unwrap(b)),
    method('isGreaterThan', [quantityType, quantityType], bool, (a, b) => unwrap(a) > unwrap(b)),
    method('compareTo', [quantityType, quantityType], int, (a, b) =>
      unwrap(a) < unwrap(b) ? -1n : unwrap(a) > unwrap(b) ? 1n : 0n,
    ),
  ],
};

function signOf(value: Opaque): bigint {
  return unwrap(value) < 0n ? -1n : unwrap(value) > 0n ? 1n : 0n;
}

function sums(name: string, sign: bigint): readonly CelFunction[] {
  return [
    method(name, [quantityType, quantityType], quantityType, (a, b) => wrap(bounded(unwrap(a) + sign * unwrap(b)))),
    method(name, [quantityType, int], quantityType, (a, b) => wrap(bounded(unwrap(a) + sign * b * one))),
  ];
}

const suffixes = new Map<string, readonly [base: bigint, power: bigint]>([
  ['n', [10n, -9n]],
  ['u', [10n, -6n]],
  ['m', [10n, -3n]],
  ['', [10n, 0n]],
  ['k', [10n, 3n]],
  ['M', [10n, 6n]],
  ['G', [10n, 9n]],
  ['T', [10n, 12n]],
  ['P', [10n, 15n]],
  ['E', [10n, 18n]],
  ['Ki', [2n, 10n]],
  ['Mi', [2n, 20n]],
  ['Gi', [2n, 30n]],
  ['Ti', [2n, 40n]],
  ['Pi', [2n, 50n]],
  ['Ei', [2n, 60n]],
]);

/** A quantity in parts of a billion; what is finer is rounded away from zero. Nothing if it is none. */
function parseQuantity(written: string): bigint | undefined {
  const found = /^([+-]?)(\d{0,40})(?:\.(\d{0,40}))?(?:[eE]([+-]?\d{1,3})|([A-Za-z]{0,2}))$/.exec(written);
  if (found === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent, suffix = ''] = found;
  if (whole === '' && fraction === '') return undefined;
  const [base, power] = exponent === undefined ? (suffixes.get(suffix) ?? []) : [10n, BigInt(exponent)];
  if (base === undefined || power === undefined) return undefined;
  const digits = BigInt(whole + fraction) * one * (power > 0n ? base ** power : 1n);
  const divisor = 10n ** BigInt(fraction.length) * (power < 0n ? base ** -power : 1n);
  const size = (digits + divisor - 1n) / divisor;
  return sign === '-' ? -size : size;
}

function read(written: string): bigint {
  const value = parseQuantity(written);
  if (value === undefined)
    throw policyError('expression-failed', `"${written.slice(0, 50)}" is no quantity such as 500m or 1Gi`);
  return bounded(value);
}

/** Kubernetes keeps larger ones, but nothing has them; sums must not grow for ever. */
function bounded(value: bigint): bigint {
  const limit = 1n << 400n;
  if (value > limit || value < -limit) throw policyError('expression-failed', 'a quantity is too large');
  return value;
}

function isInteger(value: bigint): boolean {
  return value % one === 0n && value / one >= -(1n << 63n) && value / one < 1n << 63n;
}
