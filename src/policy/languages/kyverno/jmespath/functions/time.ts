import { formatDuration, parseDuration } from '#policy/languages/kyverno/values/duration.ts';
import { formatTime, floor, momentOfDate, parseTime, type Moment } from '#policy/languages/kyverno/values/time.ts';
import { define, failure, text, type JmesFunction } from './define.ts';

/** Functions of times, which are RFC 3339 where no layout says otherwise. Now is the time of the question. */
export const time: Readonly<Record<string, JmesFunction>> = {
  time_add: define([text, text], ([value, length]) => {
    const moment = timeOf(value);
    return formatTime({ ...moment, nanoseconds: moment.nanoseconds + lengthOf(length) });
  }),
  time_after: define([text, text], ([one, other]) => timeOf(one).nanoseconds > timeOf(other).nanoseconds),
  time_before: define([text, text], ([one, other]) => timeOf(one).nanoseconds < timeOf(other).nanoseconds),
  time_between: define([text, text, text], ([value, start, end]) => {
    const { nanoseconds } = timeOf(value);
    return nanoseconds > timeOf(start).nanoseconds && nanoseconds < timeOf(end).nanoseconds;
  }),
  time_diff: define([text, text], ([one, other]) =>
    formatDuration(timeOf(other).nanoseconds - timeOf(one).nanoseconds),
  ),
  time_now: define([], (_given, { now }) => formatTime(momentOfDate(now))),
  time_now_utc: define([], (_given, { now }) => formatTime(momentOfDate(now))),
  time_parse: define([text, text], ([layout, value]) => {
    if (!/^[+-]?\d{1,18}$/.test(layout)) return formatTime(timeOf(value, layout));
    if (!/^[+-]?\d{1,11}$/.test(value)) throw failure('it is no time in seconds');
    return formatTime({ nanoseconds: BigInt(value.replace('+', '')) * second, offsetMinutes: 0 });
  }),
  time_since: define([text, text, text], ([layout, start, end], { now }) => {
    const from = timeOf(start, layout === '' ? undefined : layout);
    const to = end === '' ? momentOfDate(now) : timeOf(end, layout === '' ? undefined : layout);
    return formatDuration(to.nanoseconds - from.nanoseconds);
  }),
  time_to_cron: define([text], ([value]) => {
    const { nanoseconds, offsetMinutes } = timeOf(value);
    const local = new Date(Number(floor(nanoseconds, 1_000_000n)) + offsetMinutes * 60_000);
    const date = [local.getUTCDate(), local.getUTCMonth() + 1, local.getUTCDay()];
    return [local.getUTCMinutes(), local.getUTCHours(), ...date].join(' ');
  }),
  time_truncate: define([text, text], ([value, length]) => {
    const moment = timeOf(value);
    const step = lengthOf(length);
    if (step <= 0n) return formatTime(moment);
    // Counted from the year 1, as Go does.
    const sinceYearOne = moment.nanoseconds - yearOne;
    return formatTime({ ...moment, nanoseconds: floor(sinceYearOne, step) * step + yearOne });
  }),
  time_utc: define([text], ([value]) => formatTime({ ...timeOf(value), offsetMinutes: 0 })),
};

const second = 1_000_000_000n;
const yearOne = -62_135_596_800n * second;

function timeOf(value: string, layout?: string): Moment {
  const moment = parseTime(value, layout);
  if (moment === undefined) throw failure(`"${value.slice(0, 100)}" is no time`);
  return moment;
}

function lengthOf(value: string): bigint {
  const length = parseDuration(value);
  if (length === undefined) throw failure(`"${value.slice(0, 100)}" is no duration`);
  return length;
}
