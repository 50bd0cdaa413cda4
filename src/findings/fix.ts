import { compareVersions, type SchemeName } from '#versions/index.ts';
import type { DistributionStatus } from '#advisories/advisory.ts';
import type { Decision } from './decide.ts';

/** Whether there is a correction to be had. */
export interface Fix {
  readonly state: FixState;
  /** Versions that have it, the lowest first; for a distribution's package those of its source package. */
  readonly versions: readonly string[];
  /** The distribution's reason, if it gives one. */
  readonly note?: string;
}

/** `wont-fix` and `deferred` are the distribution's decisions; `undetermined` is a flaw whose records do not tell. */
type FixState = 'fixed' | 'not-fixed' | 'wont-fix' | 'deferred' | 'undetermined';

const stateOf: Readonly<Partial<Record<DistributionStatus, FixState>>> = {
  affected: 'not-fixed',
  'no-dsa': 'not-fixed',
  ignored: 'wont-fix',
  'end-of-life': 'wont-fix',
  postponed: 'deferred',
};

/** Finds the correction of a flaw that a package has. A fixed version wins over any decision not to publish one. */
export function fixOf({ deciding, answers }: Decision, scheme: SchemeName): Fix {
  const affected = answers.filter(({ verdict }) => verdict === 'affected');
  const versions = deciding.fixed === undefined ? affected.map(({ fixed }) => fixed) : [deciding.fixed];
  const stated = [...new Set(versions.filter((version) => version !== undefined))];
  if (stated.length > 0) {
    return { state: 'fixed', versions: stated.toSorted((a, b) => compareVersions(scheme, a, b) ?? 0) };
  }
  const { status, note } = deciding.advisory;
  const decided = status === undefined ? undefined : stateOf[status];
  // A range without an end says that there is no correction; a list of versions only says what it knew.
  return { state: decided ?? (deciding.precision === 'open' ? 'not-fixed' : 'undetermined'), versions: [], note };
}
