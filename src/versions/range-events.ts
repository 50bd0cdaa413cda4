import type { VersionScheme } from './scheme.ts';

/** One event of an affected range, as OSV writes it. `introduced: "0"` is before every version, `limit: "*"` after every one. */
export type RangeEvent =
  | { readonly introduced: string }
  | { readonly fixed: string }
  | { readonly last_affected: string }
  | { readonly limit: string };

/** Where a range begins or stops to be affected. */
export interface Boundary<Version> {
  readonly event: 'introduced' | 'fixed' | 'last_affected';
  readonly text: string;
  /** What stands there; `undefined` is before every version. */
  readonly at: Version | undefined;
}

/** The events of one range, read and put right. */
export interface ReadEvents<Version> {
  /** In the order of the scheme. Where two are at one version, what fixes comes first: 1.2 may fix one flaw and open another. */
  readonly boundaries: readonly Boundary<Version>[];
  readonly limits: readonly { readonly text: string; readonly at: Version | undefined }[];
  /** What the scheme cannot read, with the boundaries that stand directly before and after it in the list. */
  readonly unreadable: readonly Unreadable<Version>[];
}

interface Unreadable<Version> {
  readonly event: Boundary<Version>['event'];
  readonly text: string;
  /** The last `introduced` before it. */
  readonly opened: Boundary<Version> | undefined;
  /** What follows it, if that closes. */
  readonly closed: Boundary<Version> | undefined;
}

/**
 * Reads the events of one range.
 *
 * Some feeds turn a pair round (`introduced` 9.4.0, `fixed` 9.3.4). Taken literally, that would make every later version
 * affected. What is meant is the stretch up to the fix: from the fix before it or, in a pair that stands alone, from the beginning.
 * A pair of equal versions is empty among others and means "up to the fix" alone. `fixed` 0 means never affected.
 */
export function readEvents<Version>(
  scheme: VersionScheme<Version>,
  events: readonly RangeEvent[],
): ReadEvents<Version> {
  const entries = events.map((event) => readEvent(scheme, event)).filter((entry) => entry !== undefined);
  const sorted = sort(
    scheme,
    entries.flatMap(({ boundary }) => (boundary === undefined ? [] : [boundary])),
  );
  const boundaries: Boundary<Version>[] = [];
  const unreadable: Unreadable<Version>[] = [];
  let opened: Boundary<Version> | undefined;
  for (const [index, { event, text, boundary }] of entries.entries()) {
    const next = entries[index + 1];
    const closed = next?.event === 'introduced' ? undefined : next?.boundary;
    if (boundary === undefined) unreadable.push({ event, text, opened, closed });
    else boundaries.push(...(closed === undefined ? [boundary] : putRight(scheme, boundary, closed, sorted)));
    if (event === 'introduced') opened = boundary;
  }
  const limits = events.flatMap((event) => ('limit' in event ? [event.limit] : []));
  return {
    boundaries: sort(scheme, boundaries),
    limits: limits.map((text) => ({ text, at: scheme.parse(text) })),
    unreadable,
  };
}

/** Orders two places in a range. */
export function comparePoints<Version>(
  scheme: VersionScheme<Version>,
  a: Version | undefined,
  b: Version | undefined,
): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return scheme.compare(a, b);
}

interface Entry<Version> {
  readonly event: Boundary<Version>['event'];
  readonly text: string;
  readonly boundary: Boundary<Version> | undefined;
}

function readEvent<Version>(scheme: VersionScheme<Version>, item: RangeEvent): Entry<Version> | undefined {
  if ('limit' in item) return undefined;
  const event = 'introduced' in item ? 'introduced' : 'fixed' in item ? 'fixed' : 'last_affected';
  const text = 'introduced' in item ? item.introduced : 'fixed' in item ? item.fixed : item.last_affected;
  // Only of `introduced` and `fixed` is 0 more than the version of that name.
  if (text === '0' && event !== 'last_affected') return { event, text, boundary: { event, text, at: undefined } };
  const at = scheme.parse(text);
  return { event, text, boundary: at === undefined ? undefined : { event, text, at } };
}

function sort<Version>(
  scheme: VersionScheme<Version>,
  boundaries: readonly Boundary<Version>[],
): readonly Boundary<Version>[] {
  return boundaries.toSorted(
    (a, b) => comparePoints(scheme, a.at, b.at) || Number(b.event === 'fixed') - Number(a.event === 'fixed'),
  );
}

/** The boundary as it is meant, given what closes it in the list, and all boundaries in order. */
function putRight<Version>(
  scheme: VersionScheme<Version>,
  boundary: Boundary<Version>,
  closed: Boundary<Version>,
  sorted: readonly Boundary<Version>[],
): readonly Boundary<Version>[] {
  if (boundary.event !== 'introduced') return [boundary];
  if (closed.event === 'fixed' && closed.at === undefined) return [];
  const order = comparePoints(scheme, boundary.at, closed.at);
  if (order < 0 || (order === 0 && closed.event === 'last_affected')) return [boundary];
  const start: Boundary<Version> = { event: 'introduced', text: '0', at: undefined };
  if (order === 0) return sorted.length === 2 ? [start] : [];
  const below = lastBelow(scheme, sorted, closed.at);
  // What closes an `introduced` further down is not turned round, it is only not in order.
  if (below?.event === 'introduced') return [boundary];
  return [below === undefined ? start : { ...below, event: 'introduced' }];
}

function lastBelow<Version>(
  scheme: VersionScheme<Version>,
  sorted: readonly Boundary<Version>[],
  point: Version | undefined,
): Boundary<Version> | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comparePoints(scheme, sorted[middle]?.at, point) < 0) low = middle + 1;
    else high = middle;
  }
  return sorted[low - 1];
}
