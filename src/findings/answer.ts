import type { Advisory, AdvisoryRecord } from '#advisories/advisory.ts';
import type { SourcedAdvisory } from '#advisories/knowledge.ts';
import { hasSymbol } from '#inventory/symbols.ts';
import type { Package } from '#inventory/package.ts';
import { compareVersions, findScheme, type SchemeName } from '#versions/index.ts';
import { evaluateRanges, formatComparison, type RangeAnswer } from '#versions/range.ts';

/** What one advisory means for one installed version. */
export interface Answer extends SourcedAdvisory {
  readonly verdict: Verdict;
  /** How narrowly the advisory draws its line. */
  readonly precision: Precision;
  /** The version from which on it is corrected, if the advisory says so. */
  readonly fixed?: string;
  /** What was compared with what, for a person: `4.17.15 < 4.17.19 (fixed)`. */
  readonly comparison: string;
  readonly use: Use;
}

type Verdict = 'affected' | 'unaffected' | 'undetermined';

/** `listed` names versions one by one, `bounded` is a range with an end, `open` one without. */
type Precision = 'listed' | 'bounded' | 'open';

/**
 * Whether the program has the functions that an advisory names: it has one; it has none; the advisory names none; or it cannot
 * be told, so that the advisory holds for the whole package.
 */
export type Use = 'present' | 'absent' | 'not-named' | 'unknown';

/** Asks an advisory about the installed version of a package. */
export function answerOf(sourced: SourcedAdvisory, pkg: Package, version: string, scheme: SchemeName): Answer {
  return { ...sourced, use: useOf(sourced.advisory, pkg), ...judge(sourced, pkg, version, scheme) };
}

type Judgement = Pick<Answer, 'verdict' | 'precision' | 'fixed' | 'comparison'>;

function judge({ advisory, record }: SourcedAdvisory, pkg: Package, version: string, scheme: SchemeName): Judgement {
  const exempt = exemption(advisory, record, pkg);
  if (exempt !== undefined) return { verdict: 'unaffected', precision: 'listed', comparison: exempt };
  if (isUnstamped(pkg)) {
    return {
      verdict: 'undetermined',
      precision: 'open',
      comparison: `"${version}" does not say which version was built`,
    };
  }
  if (advisory.versions.includes(version)) {
    const fixed = lowestFix(advisory, version, scheme);
    return { verdict: 'affected', precision: 'listed', fixed, comparison: `${version} is listed as affected` };
  }
  const answer = inRanges(advisory, version, scheme);
  if (answer.kind === 'undetermined') {
    return {
      verdict: 'undetermined',
      precision: 'open',
      comparison: `${scheme} cannot read the version "${answer.version}"`,
    };
  }
  const isBounded =
    answer.kind === 'affected'
      ? answer.fixed !== undefined || answer.lastAffected !== undefined
      : answer.reason === 'fixed' || answer.reason === 'after-last-affected' || answer.reason === 'never-affected';
  return {
    verdict: answer.kind,
    precision: isBounded ? 'bounded' : 'open',
    fixed: answer.kind === 'affected' ? answer.fixed : undefined,
    comparison: answer.comparison === undefined ? notListed(advisory, version) : formatComparison(answer.comparison),
  };
}

/** Why an advisory does not apply, whatever the version. */
function exemption(advisory: Advisory, record: AdvisoryRecord, pkg: Package): string | undefined {
  if (record.withdrawn !== undefined) return `the record was withdrawn on ${record.withdrawn.slice(0, 10)}`;
  if (advisory.status === 'not-affected') return 'the distribution says that this release never had it';
  if (advisory.module === undefined || advisory.module === pkg.module) return undefined;
  return `it is about the module ${advisory.module}, and the package is of ${pkg.module ?? 'none'}`;
}

function notListed({ versions, ranges }: Advisory, version: string): string {
  if (versions.length === 1) return `${version} is not the version listed`;
  if (versions.length > 0) return `${version} is not among the ${versions.length} versions listed`;
  return ranges.length === 0 ? 'the advisory names no versions' : 'no version was ever affected';
}

/** All ranges together, each in its own order; a sure "affected" of any of them wins. */
function inRanges({ ranges, versions }: Advisory, version: string, scheme: SchemeName): RangeAnswer {
  let best: RangeAnswer = { kind: 'unaffected', reason: 'no-events' };
  for (const { order, events } of ranges) {
    // Go's own rules are those of Semantic Versioning, and know its toolchain's versions too.
    const rules = findScheme(order === 'semver' && scheme !== 'go' ? 'semver' : scheme);
    const answer: RangeAnswer = rules === undefined ? best : evaluateRanges(rules, version, [events]);
    if (answer.kind === 'affected') return answer;
    if (best.kind === 'unaffected') best = answer;
  }
  // Where there is nothing but a list, it may write the installed version otherwise: 1.0 and 1.0.0.
  const same =
    ranges.length > 0 ? undefined : versions.find((listed) => compareVersions(scheme, listed, version) === 0);
  if (same === undefined) return best;
  const comparison = { version, relation: '<=', boundary: same, event: 'last_affected' } as const;
  return { kind: 'affected', introduced: same, lastAffected: same, comparison };
}

/** The lowest of the stated corrections that is above the installed version. */
function lowestFix({ fixedIn = [], ranges }: Advisory, version: string, scheme: SchemeName): string | undefined {
  const events = ranges.flatMap((range) => range.events);
  const stated = [...fixedIn, ...events.flatMap((event) => ('fixed' in event ? [event.fixed] : []))];
  return stated
    .filter((fix) => (compareVersions(scheme, fix, version) ?? 0) > 0)
    .toSorted((a, b) => compareVersions(scheme, a, b) ?? 0)[0];
}

/** The main module of a Go program that was built without a tag. */
function isUnstamped({ type, version }: Package): boolean {
  return type === 'golang' && (version === '(devel)' || version.endsWith('+dirty'));
}

function useOf({ symbols }: Advisory, pkg: Package): Use {
  if (symbols === undefined) return 'not-named';
  const presence = symbols.flatMap(({ path, symbols: names }) =>
    names.length === 0 ? [hasSymbol(pkg.symbols, path)] : names.map((name) => hasSymbol(pkg.symbols, path, name)),
  );
  if (presence.includes('yes')) return 'present';
  return presence.includes('unknown') ? 'unknown' : 'absent';
}
