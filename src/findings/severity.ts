import type { AdvisoryRecord } from '#advisories/advisory.ts';
import { isErratum } from './flaws.ts';
import { scoreVector } from './cvss/index.ts';
import type { Decision } from './decide.ts';

/** How bad a flaw is, by whom, and what others say. */
export interface Severity {
  readonly level: SeverityLevel;
  /** CVSS score, 0 to 10, if the level comes from one. */
  readonly score?: number;
  readonly vector?: string;
  /** The record, or the distribution, whose word it is; empty for `unknown`. */
  readonly source: string;
  /** Every rating that was found, this one included. */
  readonly ratings: readonly Rating[];
}

export interface Rating {
  readonly source: string;
  readonly level: SeverityLevel;
  readonly score?: number;
  readonly vector?: string;
}

/** From the worst to the least; `negligible` is what a distribution calls unimportant. */
export const severityLevels = ['critical', 'high', 'medium', 'low', 'negligible', 'unknown'] as const;
export type SeverityLevel = (typeof severityLevels)[number];

/**
 * Rates a flaw: the distribution's own word comes first, then the record that decided, then the other records of the flaw, in
 * the order GHSA before the rest. Malicious packages are always critical.
 */
export function rate(decision: Decision, others: readonly AdvisoryRecord[]): Severity {
  const { deciding, answers } = decision;
  const words = answers.flatMap(distributionWord);
  const records = uniqueRecords([deciding.record, ...answers.map(({ record }) => record), ...others]);
  const [decided, ...rest] = records.map(ratingsOf);
  const ranked = rest.toSorted((a, b) => trust(a[0]) - trust(b[0])).flat();
  const ratings = [...words, ...(decided ?? []), ...ranked];
  if (deciding.record.kind === 'malware') return { level: 'critical', source: deciding.record.id, ratings };
  const used = ratings.find(({ level }) => level !== 'unknown');
  return used === undefined ? { level: 'unknown', source: '', ratings } : { ...used, ratings };
}

const levels: Readonly<Record<string, SeverityLevel>> = {
  critical: 'critical',
  high: 'high',
  important: 'high',
  medium: 'medium',
  moderate: 'medium',
  low: 'low',
  negligible: 'negligible',
  unimportant: 'negligible',
  none: 'negligible',
};

/** Debian's urgency and Ubuntu's priority; "not yet assigned" and "end-of-life" are no ratings. */
function distributionWord({ advisory, record }: Decision['deciding']): Rating[] {
  const level = levels[(advisory.urgency ?? '').replace(/\*+$/, '').toLowerCase()];
  return level === undefined ? [] : [{ source: `${advisory.ecosystem.split(':')[0]} (${record.id})`, level }];
}

/**
 * What a record says by itself: words of errata count before vectors, and of several vectors the newest and worst one. The base
 * score counts, because threat and environment are those of whoever wrote the vector.
 */
function ratingsOf(record: AdvisoryRecord): Rating[] {
  const vectors = record.severities.filter(({ type }) => type !== 'word').map(({ value }) => scoreVector(value));
  const scored = vectors
    .filter((scoring) => scoring !== undefined)
    .toSorted((a, b) => b.version.localeCompare(a.version) || b.base.score - a.base.score)
    .map(({ base, vector }): Rating => ({
      source: record.id,
      level: levels[base.severity] ?? 'unknown',
      score: base.score,
      vector,
    }));
  const words = record.severities
    .filter(({ type }) => type === 'word')
    .map(({ value }): Rating => ({ source: record.id, level: levels[value.toLowerCase()] ?? 'unknown' }));
  return isErratum(record) || record.id.startsWith('UBUNTU-') ? [...words, ...scored] : [...scored, ...words];
}

function trust(rating: Rating | undefined): number {
  return rating?.source.startsWith('GHSA-') === true ? 0 : 1;
}

function uniqueRecords(records: readonly AdvisoryRecord[]): AdvisoryRecord[] {
  return [...new Map(records.map((record) => [record.id, record])).values()];
}
