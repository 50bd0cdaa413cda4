import { comparePoints, readEvents, type Boundary, type RangeEvent, type ReadEvents } from './range-events.ts';
import type { VersionScheme } from './scheme.ts';

export type { RangeEvent } from './range-events.ts';

/** The comparison that decided, read as `version relation boundary`. */
export interface RangeComparison {
  readonly version: string;
  readonly relation: '<' | '<=' | '>' | '>=';
  readonly boundary: string;
  /** What the boundary is in the advisory. */
  readonly event: 'introduced' | 'fixed' | 'last_affected' | 'limit';
}

/** Whether a version lies in the affected ranges of an advisory, and why. */
export type RangeAnswer =
  | {
      readonly kind: 'affected';
      readonly introduced: string;
      /** The version that ends the stretch: at most one of the two, and none if no fix is known. */
      readonly fixed?: string;
      readonly lastAffected?: string;
      readonly comparison: RangeComparison;
    }
  | {
      readonly kind: 'unaffected';
      readonly reason:
        | 'fixed'
        | 'after-last-affected'
        | 'before-introduced'
        | 'beyond-limit'
        | 'never-affected'
        | 'no-events';
      /** Missing only where there is nothing to compare with. */
      readonly comparison?: RangeComparison;
    }
  /** The version that the scheme cannot read: the installed one, or the one of an event that would have decided. */
  | { readonly kind: 'undetermined'; readonly version: string };

/**
 * Evaluates the affected ranges of one package in an advisory by the algorithm of the OSV schema ("Evaluation"): events in the
 * order of the scheme, `introduced` and `last_affected` inclusive, `fixed` and `limit` exclusive, the ranges a union.
 * A range that affects for sure beats one that is undetermined, and that beats all that do not affect.
 *
 * @example
 * evaluateRanges(semver, '4.17.15', [[{ introduced: '0' }, { fixed: '4.17.19' }]])
 * // { kind: 'affected', introduced: '0', fixed: '4.17.19', comparison: 4.17.15 < 4.17.19 (fixed) }
 */
export function evaluateRanges<Version>(
  scheme: VersionScheme<Version>,
  version: string,
  ranges: readonly (readonly RangeEvent[])[],
): RangeAnswer {
  const installed = scheme.parse(version);
  if (installed === undefined) return { kind: 'undetermined', version };
  let best: RangeAnswer = { kind: 'unaffected', reason: 'no-events' };
  for (const range of ranges) {
    const answer = evaluateRange(scheme, { text: version, at: installed }, readEvents(scheme, range));
    if (answer.kind === 'affected') return answer;
    if (best.kind === 'unaffected' && (answer.kind === 'undetermined' || isCloser(scheme, answer, best))) best = answer;
  }
  return best;
}

/** A comparison as a person reads it: `4.17.15 < 4.17.19 (fixed)`. */
export function formatComparison({ version, relation, boundary, event }: RangeComparison): string {
  return `${version} ${relation} ${boundary} (${event === 'last_affected' ? 'last affected' : event})`;
}

type Unaffected = Extract<RangeAnswer, { kind: 'unaffected' }>;
interface Installed<Version> {
  readonly text: string;
  readonly at: Version;
}

function evaluateRange<Version>(
  scheme: VersionScheme<Version>,
  installed: Installed<Version>,
  events: ReadEvents<Version>,
): RangeAnswer {
  const { opened, closed, next } = locate(scheme, installed.at, events.boundaries);
  if (opened === undefined) {
    const missing = events.unreadable.find(
      ({ event, closed: end }) => event === 'introduced' && (end === undefined || !isBehind(scheme, installed.at, end)),
    );
    return missing === undefined
      ? unaffected(installed, closed, next)
      : { kind: 'undetermined', version: missing.text };
  }
  if (next === undefined) {
    const missing = events.unreadable.find(
      (entry) => entry.event !== 'introduced' && entry.opened?.text === opened.text,
    );
    if (missing !== undefined) return { kind: 'undetermined', version: missing.text };
  }
  return beyondLimits(scheme, installed, events.limits) ?? affected(installed, opened, next);
}

/** Walks the boundaries up to the installed version: what opened or closed the stretch it lies in, and what comes next. */
function locate<Version>(
  scheme: VersionScheme<Version>,
  at: Version,
  boundaries: readonly Boundary<Version>[],
): { opened?: Boundary<Version>; closed?: Boundary<Version>; next?: Boundary<Version> } {
  let opened: Boundary<Version> | undefined;
  let closed: Boundary<Version> | undefined;
  for (const boundary of boundaries) {
    if (!isBehind(scheme, at, boundary)) {
      const opens = boundary.event === 'introduced';
      if (opened !== undefined && !opens) return { opened, next: boundary };
      if (opened === undefined && opens) return { ...(closed === undefined ? {} : { closed }), next: boundary };
    } else if (boundary.event === 'introduced') {
      opened = boundary;
    } else {
      closed = boundary;
      opened = undefined;
    }
  }
  return { ...(opened === undefined ? {} : { opened }), ...(closed === undefined ? {} : { closed }) };
}

/** Whether the version has passed the boundary, so that its event has happened. */
function isBehind<Version>(scheme: VersionScheme<Version>, at: Version, boundary: Boundary<Version>): boolean {
  const order = comparePoints(scheme, at, boundary.at);
  return boundary.event === 'last_affected' ? order > 0 : order >= 0;
}

function affected<Version>(
  { text: version }: Installed<Version>,
  opened: Boundary<Version>,
  end: Boundary<Version> | undefined,
): RangeAnswer {
  const kind = 'affected';
  const introduced = opened.text;
  if (end === undefined) {
    return { kind, introduced, comparison: { version, relation: '>=', boundary: introduced, event: 'introduced' } };
  }
  const boundary = end.text;
  return end.event === 'fixed'
    ? { kind, introduced, fixed: boundary, comparison: { version, relation: '<', boundary, event: 'fixed' } }
    : {
        kind,
        introduced,
        lastAffected: boundary,
        comparison: { version, relation: '<=', boundary, event: 'last_affected' },
      };
}

function unaffected<Version>(
  { text: version }: Installed<Version>,
  closed: Boundary<Version> | undefined,
  next: Boundary<Version> | undefined,
): Unaffected {
  const kind = 'unaffected';
  if (closed?.event === 'last_affected') {
    const boundary = closed.text;
    return {
      kind,
      reason: 'after-last-affected',
      comparison: { version, relation: '>', boundary, event: 'last_affected' },
    };
  }
  // A fix in 0 only says that the versions before the next stretch were never affected.
  if (closed !== undefined && (closed.at !== undefined || next === undefined)) {
    const reason = closed.at === undefined ? 'never-affected' : 'fixed';
    return { kind, reason, comparison: { version, relation: '>=', boundary: closed.text, event: 'fixed' } };
  }
  if (next === undefined) return { kind, reason: 'no-events' };
  const boundary = next.text;
  return { kind, reason: 'before-introduced', comparison: { version, relation: '<', boundary, event: 'introduced' } };
}

/** A version must be below at least one limit, if there are any. */
function beyondLimits<Version>(
  scheme: VersionScheme<Version>,
  { text: version, at }: Installed<Version>,
  limits: ReadEvents<Version>['limits'],
): RangeAnswer | undefined {
  if (limits.length === 0) return undefined;
  if (limits.some((limit) => limit.text === '*' || (limit.at !== undefined && scheme.compare(at, limit.at) < 0))) {
    return undefined;
  }
  const unreadable = limits.find((limit) => limit.at === undefined);
  if (unreadable !== undefined) return { kind: 'undetermined', version: unreadable.text };
  const boundary = limits.map((limit) => limit.text).join(', ');
  return {
    kind: 'unaffected',
    reason: 'beyond-limit',
    comparison: { version, relation: '>=', boundary, event: 'limit' },
  };
}

/** Of several ranges that do not affect, the one explains best whose end the version has passed last. */
function isCloser<Version>(scheme: VersionScheme<Version>, answer: Unaffected, than: Unaffected): boolean {
  const [boundary, other] = [answer, than].map(({ comparison }) =>
    comparison === undefined || comparison.relation === '<' ? undefined : scheme.parse(comparison.boundary),
  );
  if (boundary === undefined) return than.reason === 'no-events';
  return other === undefined || scheme.compare(boundary, other) > 0;
}
