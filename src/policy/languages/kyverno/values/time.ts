/** A moment, with the distance to UTC in which it was written, because it is written again in that. */
export interface Moment {
  readonly nanoseconds: bigint;
  readonly offsetMinutes: number;
}

const rfc3339 = '2006-01-02T15:04:05Z07:00';
const million = 1_000_000n;

/** Reads a time as RFC 3339 or by a layout of Go (`time.Parse`); nothing for what is none. */
export function parseTime(text: string, layout = rfc3339): Moment | undefined {
  if (text.length > 200 || layout.length > 200) return undefined;
  const parts = new Map<string, string>();
  let rest = text;
  for (const [token] of layout.matchAll(tokens)) {
    const form = forms.get(token);
    if (form === undefined) {
      if (!rest.startsWith(token)) return undefined;
      rest = rest.slice(token.length);
      continue;
    }
    const [taken] = form.pattern.exec(rest) ?? [];
    if (taken === undefined) return undefined;
    parts.set(form.part, taken);
    rest = rest.slice(taken.length);
    // A fraction of seconds may follow even if the layout has none.
    const [fraction] = form.part === 'second' ? (/^[.,]\d{1,9}/.exec(rest) ?? []) : [];
    if (fraction !== undefined) {
      parts.set('fraction', fraction);
      rest = rest.slice(fraction.length);
    }
  }
  return rest === '' ? momentOf(parts) : undefined;
}

/** Writes a moment as RFC 3339, without fractions of seconds. */
export function formatTime({ nanoseconds, offsetMinutes }: Moment): string {
  const local = new Date(Number(floor(nanoseconds, million)) + offsetMinutes * 60_000);
  const text = local.toISOString().replace(/\.\d+Z$/, '');
  if (offsetMinutes === 0) return `${text}Z`;
  const size = Math.abs(offsetMinutes);
  const two = (amount: number) => String(amount).padStart(2, '0');
  return `${text}${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** A date as moment in UTC. */
export function momentOfDate(date: Date): Moment {
  return { nanoseconds: BigInt(date.getTime()) * million, offsetMinutes: 0 };
}

/** Division that goes down, for times before 1970 too. */
export function floor(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

const tokens =
  /2006|January|Jan|Monday|Mon|MST|Z07:00|Z0700|-07:00|-0700|-07|[.,]0+|[.,]9+|01|02|03|04|05|06|15|_2|PM|pm|1|2|3|4|5|[^]/g;

interface Form {
  readonly part: string;
  readonly pattern: RegExp;
}

const forms = new Map<string, Form>([
  ['2006', { part: 'year', pattern: /^\d{4}/ }],
  ['06', { part: 'shortYear', pattern: /^\d{2}/ }],
  ['01', { part: 'month', pattern: /^\d{2}/ }],
  ['1', { part: 'month', pattern: /^\d{1,2}/ }],
  ['Jan', { part: 'monthName', pattern: /^[A-Za-z]{3}/ }],
  ['January', { part: 'monthName', pattern: /^[A-Za-z]{3,9}/ }],
  ['02', { part: 'day', pattern: /^\d{2}/ }],
  ['2', { part: 'day', pattern: /^\d{1,2}/ }],
  ['_2', { part: 'day', pattern: /^ ?\d{1,2}/ }],
  ['15', { part: 'hour', pattern: /^\d{2}/ }],
  ['03', { part: 'hour', pattern: /^\d{2}/ }],
  ['3', { part: 'hour', pattern: /^\d{1,2}/ }],
  ['04', { part: 'minute', pattern: /^\d{2}/ }],
  ['4', { part: 'minute', pattern: /^\d{1,2}/ }],
  ['05', { part: 'second', pattern: /^\d{2}/ }],
  ['5', { part: 'second', pattern: /^\d{1,2}/ }],
  ['PM', { part: 'half', pattern: /^[AP]M/ }],
  ['pm', { part: 'half', pattern: /^[ap]m/ }],
  ['Mon', { part: 'weekday', pattern: /^[A-Za-z]{3}/ }],
  ['Monday', { part: 'weekday', pattern: /^[A-Za-z]{6,9}/ }],
  ['MST', { part: 'zone', pattern: /^(?:UTC|GMT)/ }],
  ['Z07:00', { part: 'offset', pattern: /^(?:Z|[+-]\d{2}:\d{2})/ }],
  ['Z0700', { part: 'offset', pattern: /^(?:Z|[+-]\d{4})/ }],
  ['-07:00', { part: 'offset', pattern: /^[+-]\d{2}:\d{2}/ }],
  ['-0700', { part: 'offset', pattern: /^[+-]\d{4}/ }],
  ['-07', { part: 'offset', pattern: /^[+-]\d{2}/ }],
  ...['.000', '.000000', '.000000000', '.999', '.999999', '.999999999'].map((token): [string, Form] => [
    token,
    { part: 'layoutFraction', pattern: /^(?:[.,]\d{1,9})?/ },
  ]),
]);

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

function momentOf(parts: ReadonlyMap<string, string>): Moment | undefined {
  const amount = (part: string, otherwise: number) => Number(parts.get(part)?.trim() ?? otherwise);
  const short = parts.get('shortYear');
  const year = short === undefined ? amount('year', 0) : Number(short) + (Number(short) >= 69 ? 1900 : 2000);
  const name = parts.get('monthName');
  const month = name === undefined ? amount('month', 1) : months.indexOf(name.slice(0, 3).toLowerCase()) + 1;
  const [day, minute, second] = [amount('day', 1), amount('minute', 0), amount('second', 0)];
  const half = parts.get('half')?.toUpperCase();
  const written = amount('hour', 0);
  const hour = half === 'PM' && written < 12 ? written + 12 : half === 'AM' && written === 12 ? 0 : written;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isReal || hour > 23 || minute > 59 || second > 59) return undefined;
  const offsetMinutes = readOffset(parts.get('offset') ?? 'Z');
  const seconds = BigInt(date.getTime() / 1000 + hour * 3600 + (minute - offsetMinutes) * 60 + second);
  const fraction = (parts.get('fraction') ?? parts.get('layoutFraction') ?? '').slice(1).padEnd(9, '0');
  return { nanoseconds: seconds * 1_000_000_000n + BigInt(fraction), offsetMinutes };
}

function readOffset(text: string): number {
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(text) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
