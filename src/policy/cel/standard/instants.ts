import { policyError } from '#policy/errors.ts';
import type { Duration, Timestamp } from '#policy/cel/value.ts';

/** Years 1 to 9999, as protocol buffers have them. */
const earliest = -62_135_596_800n * 1_000_000_000n;
const latest = 253_402_300_800n * 1_000_000_000n - 1n;

/** A moment. @throws `expression-failed` if it is before the year 1 or after 9999 */
export function timestampOf(nanos: bigint): Timestamp {
  if (nanos < earliest || nanos > latest)
    throw policyError('expression-failed', 'a time is before the year 1 or after 9999');
  return { kind: 'timestamp', nanos };
}

/** A span of time. @throws `expression-failed` if its nanoseconds are no integer of 64 bits */
export function durationOf(nanos: bigint): Duration {
  if (nanos < -(1n << 63n) || nanos >= 1n << 63n)
    throw policyError('expression-failed', 'a duration is longer than 292 years');
  return { kind: 'duration', nanos };
}

/** Reads a moment (RFC 3339). @throws `expression-failed` */
export function readTimestamp(written: string): Timestamp {
  const found = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(written);
  const [, whole = '', fraction = '', zone = ''] = found ?? [];
  const millis = Date.parse(`${whole}${zone}`);
  // JavaScript takes 31 February for a day in March; writing it again shows that.
  const isDay = !Number.isNaN(millis) && new Date(Date.parse(`${whole}Z`)).toISOString().startsWith(whole);
  if (!isDay)
    throw policyError('expression-failed', `"${written.slice(0, 50)}" is no time such as 2026-01-31T12:00:00Z`);
  return timestampOf(BigInt(millis) * 1_000_000n + BigInt(fraction.padEnd(9, '0')));
}

/** Writes a moment, in UTC, with as many digits of a second as it has. */
export function writeTimestamp({ nanos }: Timestamp): string {
  const rest = ((nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const seconds = new Date(Number((nanos - rest) / 1_000_000n)).toISOString().slice(0, 19);
  const year = seconds.startsWith('+') || seconds.startsWith('-') ? seconds.slice(3) : seconds;
  const fraction = String(rest).padStart(9, '0').replace(/0+$/, '');
  return `${year}${fraction === '' ? '' : `.${fraction}`}Z`;
}

const units = new Map([
  ['ns', 1n],
  ['us', 1000n],
  ['µs', 1000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

/** Reads a span such as `1h30m` or `-1.5s`. @throws `expression-failed` */
export function readDuration(written: string): Duration {
  const found = /^([+-]?)((?:\d{1,20}(?:\.\d{0,20})?(?:ns|us|µs|ms|s|m|h))+|0)$/.exec(written);
  if (found === null || written.length > 200) {
    throw policyError('expression-failed', `"${written.slice(0, 50)}" is no duration such as 1h30m`);
  }
  let nanos = 0n;
  for (const [, whole = '0', fraction = '', unit = ''] of written.matchAll(/(\d+)(?:\.(\d*))?(ns|us|µs|ms|s|m|h)/g)) {
    const size = units.get(unit) ?? 0n;
    nanos += BigInt(whole) * size + (BigInt(fraction || '0') * size) / 10n ** BigInt(fraction.length);
  }
  return durationOf(found[1] === '-' ? -nanos : nanos);
}

/** Writes a span in seconds, as protocol buffers do in JSON. */
export function writeDuration({ nanos }: Duration): string {
  const size = nanos < 0n ? -nanos : nanos;
  const fraction = String(size % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${nanos < 0n ? '-' : ''}${size / 1_000_000_000n}${fraction === '' ? '' : `.${fraction}`}s`;
}
