import { policyError } from '#policy/errors.ts';
import { method, type CelFunction } from '#policy/cel/function.ts';
import { duration, int, text, timestamp } from '#policy/cel/type.ts';
import type { Timestamp } from '#policy/cel/value.ts';

/** The parts of a moment, in UTC or in a time zone ("Timestamps"). Months and days of year and week count from zero. */
const parts: readonly (readonly [name: string, part: (local: Date) => number])[] = [
  ['getFullYear', (local) => local.getUTCFullYear()],
  ['getMonth', (local) => local.getUTCMonth()],
  ['getDate', (local) => local.getUTCDate()],
  ['getDayOfMonth', (local) => local.getUTCDate() - 1],
  ['getDayOfWeek', (local) => local.getUTCDay()],
  ['getDayOfYear', dayOfYear],
  ['getHours', (local) => local.getUTCHours()],
  ['getMinutes', (local) => local.getUTCMinutes()],
  ['getSeconds', (local) => local.getUTCSeconds()],
  ['getMilliseconds', (local) => local.getUTCMilliseconds()],
];

/** The whole of a span in a unit; of milliseconds only what is beyond the seconds. */
const spans: readonly (readonly [name: string, part: (nanos: bigint) => bigint])[] = [
  ['getHours', (nanos) => nanos / 3_600_000_000_000n],
  ['getMinutes', (nanos) => nanos / 60_000_000_000n],
  ['getSeconds', (nanos) => nanos / 1_000_000_000n],
  ['getMilliseconds', (nanos) => (nanos / 1_000_000n) % 1000n],
];

export const times: readonly CelFunction[] = [
  ...parts.flatMap(([name, part]) => [
    method(name, [timestamp], int, (at) => BigInt(part(utc(at)))),
    method(name, [timestamp, text], int, (at, zone) => BigInt(part(localIn(at, zone)))),
  ]),
  ...spans.map(([name, part]) => method(name, [duration], int, ({ nanos }) => part(nanos))),
];

function utc({ nanos }: Timestamp): Date {
  const rest = ((nanos % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return new Date(Number((nanos - rest) / 1_000_000n));
}

function dayOfYear(local: Date): number {
  const start = new Date(local);
  start.setUTCMonth(0, 1);
  return Math.round((local.getTime() - start.getTime()) / 86_400_000);
}

/** A date whose fields in UTC are those of the place. */
function localIn(at: Timestamp, zone: string): Date {
  const here = utc(at);
  return new Date(here.getTime() + offsetOf(here, zone));
}

function offsetOf(at: Date, zone: string): number {
  const fixed = /^([+-]?)(\d\d):(\d\d)$/.exec(zone);
  if (fixed !== null) {
    const minutes = Number(fixed[2]) * 60 + Number(fixed[3]);
    return (fixed[1] === '-' ? -minutes : minutes) * 60_000;
  }
  const written = formatIn(zone).formatToParts(at);
  const value = (type: string) => Number(written.find((part) => part.type === type)?.value ?? 0);
  const local = Date.UTC(2000, value('month') - 1, value('day'), value('hour'), value('minute'), value('second'));
  const year = new Date(local).setUTCFullYear(value('year'));
  return year - Math.floor(at.getTime() / 1000) * 1000;
}

function formatIn(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    throw policyError('expression-failed', `"${timeZone.slice(0, 50)}" is no time zone`);
  }
}
