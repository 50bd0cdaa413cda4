import type { Finding } from './finding.ts';
import { severityLevels, type SeverityLevel } from './severity.ts';

/** How many findings there are of each kind. */
export interface Counts {
  readonly total: number;
  readonly bySeverity: Readonly<Record<SeverityLevel, number>>;
  readonly exploited: number;
  readonly malware: number;
  readonly fixable: number;
}

export function countFindings(findings: readonly Finding[]): Counts {
  const bySeverity = Object.fromEntries(severityLevels.map((level) => [level, 0])) as Record<SeverityLevel, number>;
  for (const { severity } of findings) bySeverity[severity.level]++;
  return {
    total: findings.length,
    bySeverity,
    exploited: findings.filter(({ exploited }) => exploited !== undefined).length,
    malware: findings.filter(({ kind }) => kind === 'malware').length,
    fixable: findings.filter(({ fix }) => fix.state === 'fixed').length,
  };
}
