import type { Rating, Severity, SeverityLevel } from '#findings/severity.ts';
import type { CvssVersion, CyclonedxVersion } from './versions.ts';

/** All ratings of a flaw, the one that counts first. */
export function ratingsOf(severity: Severity, spec: CyclonedxVersion): object[] {
  const { level, score, vector, source, ratings } = severity;
  const others = ratings.filter((rating) => !isSame(rating, severity));
  return [{ level, score, vector, source }, ...others].map((rating) => describe(rating, spec));
}

function describe({ level, score, vector, source }: Rating, spec: CyclonedxVersion): object {
  return {
    source: source === '' ? undefined : { name: source },
    score,
    severity: severities[level],
    method: vector === undefined ? 'other' : spec.methods[cvssVersion(vector)],
    vector,
  };
}

/** CycloneDX has no word for what a distribution calls unimportant; `info` is the nearest. */
const severities: Readonly<Record<SeverityLevel, string>> = {
  critical: 'critical',
  high: 'high',
  medium: 'medium',
  low: 'low',
  negligible: 'info',
  unknown: 'unknown',
};

function cvssVersion(vector: string): CvssVersion {
  return (['4.0', '3.1', '3.0'] as const).find((version) => vector.startsWith(`CVSS:${version}/`)) ?? '2.0';
}

function isSame(a: Rating, b: Rating): boolean {
  return a.source === b.source && a.level === b.level && a.vector === b.vector && a.score === b.score;
}
