import type { Finding } from '#findings/finding.ts';
import type { SeverityLevel } from '#findings/severity.ts';

/** SARIF 2.1.0, §3.27.10. */
export type Level = 'error' | 'warning' | 'note';

const levels: Readonly<Record<SeverityLevel, Level>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  negligible: 'note',
  // What nobody has rated yet may be anything.
  unknown: 'warning',
};

export function levelOf({ severity, kind }: Finding): Level {
  return kind === 'informational' ? 'note' : levels[severity.level];
}

/** Scores for words, in the middle of what CVSS 3.1 calls so. */
const usualScores: Readonly<Partial<Record<SeverityLevel, number>>> = {
  critical: 9.5,
  high: 8,
  medium: 5.5,
  low: 2,
  negligible: 0.1,
};

/**
 * The `security-severity` of GitHub code scanning: the worst score of the findings, 0.1 to 10; nothing if none is rated.
 */
export function securitySeverity(findings: readonly Finding[]): string | undefined {
  const scores = findings
    .map(({ severity }) => severity.score ?? usualScores[severity.level])
    .filter((score) => score !== undefined);
  return scores.length === 0 ? undefined : Math.max(0.1, ...scores).toFixed(1);
}
