/** An amount as Kubernetes writes it (`100Mi`, `0.5`, `250m`, `1e3`), in billionths, and in which way it was written. */
export interface Quantity {
  readonly billionths: bigint;
  /** Decimal places that it was written with; what is divided keeps as many. */
  readonly places: number;
  readonly format: 'binary' | 'decimal' | 'exponent';
}

const billion = 1_000_000_000n;
const longestText = 100;
const largest = (2n ** 63n - 1n) * billion;

const decimalSuffixes: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const binarySuffixes = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** Above it or below its negative, an exponent makes no difference any more. */
const largestExponent = 1000;

/**
 * Reads a quantity (Kubernetes, `resource.ParseQuantity`); nothing for what is none. As there, a suffix or a sign alone is zero of it.
 */
export function parseQuantity(text: string): Quantity | undefined {
  if (text.length > longestText || text === '') return undefined;
  const [all, sign, whole = '', fraction = '', suffix = ''] =
    /^([+-]?)(\d*)(?:\.(\d*))?([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d{1,9})?$/.exec(text) ?? [];
  if (all === undefined || (whole + fraction === '' && /[PE]i/.test(suffix))) return undefined;
  const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  const binary = binarySuffixes.indexOf(suffix);
  if (binary >= 0) {
    const billionths = scaled(digits * 1024n ** BigInt(binary + 1), -fraction.length);
    return { billionths: capped(billionths), places: fraction === '' ? 0 : 9, format: 'binary' };
  }
  const known = decimalSuffixes.get(suffix);
  const exponent = known ?? Math.max(-largestExponent, Math.min(Number(suffix.slice(1)), largestExponent));
  const format = known === undefined ? 'exponent' : 'decimal';
  return { billionths: scaled(digits, exponent - fraction.length), places: fraction.length - exponent, format };
}

/** Negative, zero or positive, as one is smaller than, the same as or larger than the other. */
export function compareQuantities(one: Quantity, other: Quantity): number {
  return one.billionths < other.billionths ? -1 : one.billionths > other.billionths ? 1 : 0;
}

/** Writes a quantity in its canonical form: the largest suffix that leaves no fraction. */
export function formatQuantity({ billionths, format }: Omit<Quantity, 'places'>): string {
  const size = billionths < 0n ? -billionths : billionths;
  const sign = billionths < 0n ? '-' : '';
  if (size === 0n) return '0';
  if (format === 'binary' && size % billion === 0n && size >= 1024n * billion) return sign + inBinary(size / billion);
  let digits = size;
  let exponent = -9;
  while (digits % 1000n === 0n && exponent < 18) {
    digits /= 1000n;
    exponent += 3;
  }
  if (format === 'exponent') return `${sign}${digits}${exponent === 0 ? '' : `e${exponent}`}`;
  const suffix = [...decimalSuffixes].find(([, power]) => power === exponent)?.[0] ?? '';
  return `${sign}${digits}${suffix}`;
}

function inBinary(amount: bigint): string {
  let digits = amount;
  let power = 0;
  while (digits % 1024n === 0n && power < binarySuffixes.length) {
    digits /= 1024n;
    power++;
  }
  return `${digits}${binarySuffixes[power - 1] ?? ''}`;
}

/** Digits with an exponent of ten, in billionths; what is smaller is rounded away from zero, as Kubernetes does. */
function scaled(digits: bigint, exponent: number): bigint {
  const power = exponent + 9;
  if (power >= 0) return digits * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  const quotient = digits / divisor;
  return digits % divisor === 0n ? quotient : quotient + (digits < 0n ? -1n : 1n);
}

/** What is written with a binary suffix is never more than fits into 64 bits. */
function capped(billionths: bigint): bigint {
  if (billionths > largest) return largest;
  return billionths < -largest ? -largest : billionths;
}
