/** A length of time as Go writes it, in nanoseconds: `1h30m`, `-1.5s`, `100ms`. */
export type Duration = bigint;

const units = new Map<string, bigint>([
  ['ns', 1n],
  ['us', 1000n],
  ['µs', 1000n],
  ['μs', 1000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

/** What fits into 64 bits, as in Go. */
const longest = 2n ** 63n - 1n;
const longestText = 100;

/** Reads a duration (Go, `time.ParseDuration`); nothing for what is none. */
export function parseDuration(text: string): Duration | undefined {
  if (text.length > longestText) return undefined;
  const sign = text.startsWith('-') ? -1n : 1n;
  let rest = text.replace(/^[-+]/, '');
  if (rest === '0') return 0n;
  if (rest === '') return undefined;
  let sum = 0n;
  while (rest !== '') {
    const [part, whole = '', fraction = '', name = ''] = /^(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/.exec(rest) ?? [''];
    const unit = units.get(name);
    if (unit === undefined || whole + fraction === '') return undefined;
    sum += BigInt(whole || '0') * unit + (BigInt(fraction || '0') * unit) / 10n ** BigInt(fraction.length);
    if (sum > longest) return undefined;
    rest = rest.slice(part.length);
  }
  return sign * sum;
}

/** Writes a duration as Go does (`time.Duration.String`). */
export function formatDuration(duration: Duration): string {
  const size = duration < 0n ? -duration : duration;
  const sign = duration < 0n ? '-' : '';
  if (size === 0n) return '0s';
  if (size < 1000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${decimal(size, 3)}µs`;
  if (size < 1_000_000_000n) return `${sign}${decimal(size, 6)}ms`;
  const minutes = size / 60_000_000_000n;
  const seconds = `${decimal(size % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return sign + seconds;
  const hours = minutes / 60n;
  return hours === 0n ? `${sign}${minutes}m${seconds}` : `${sign}${hours}h${minutes % 60n}m${seconds}`;
}

/** A duration of so many seconds. */
export function durationOfSeconds(seconds: number): Duration {
  return BigInt(Math.trunc(seconds * 1e9));
}

function decimal(amount: bigint, places: number): string {
  const digits = String(amount).padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return digits.slice(0, -places) + (fraction === '' ? '' : `.${fraction}`);
}
