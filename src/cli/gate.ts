import type { Finding } from '#findings/finding.ts';
import { severityLevels, type SeverityLevel } from '#findings/severity.ts';
import { severityRank } from '#findings/urgency.ts';

/** What a gate may be closed for: a severity means that or worse, the rest is what it says. */
export const gateConditions = [
  'critical',
  'high',
  'medium',
  'low',
  'negligible',
  'exploited',
  'malware',
  'fixable',
  'any',
] as const;
export type GateCondition = (typeof gateConditions)[number];

/** The findings that close the gate. A finding that nobody has rated closes a gate for any severity, as it may be that bad. */
export function closingFindings(findings: readonly Finding[], conditions: readonly GateCondition[]): Finding[] {
  return findings.filter((finding) => conditions.some((condition) => closes(finding, condition)));
}

function closes({ severity, exploited, kind, fix }: Finding, condition: GateCondition): boolean {
  switch (condition) {
    case 'any':
      return true;
    case 'exploited':
      return exploited !== undefined;
    case 'malware':
      return kind === 'malware';
    case 'fixable':
      return fix.state === 'fixed';
    default:
      return severity.level !== 'unknown' && severityRank(severity.level) <= severityRank(condition);
  }
}

/** Reads which severities to show: names, each alone, or with a `+` for that and worse. */
export function shownSeverities(names: readonly string[]): ReadonlySet<SeverityLevel> | undefined {
  const shown = new Set<SeverityLevel>();
  for (const name of names) {
    const level = severityLevels.find((candidate) => candidate === name.replace(/\+$/, ''));
    if (level === undefined) return undefined;
    for (const other of severityLevels) {
      const isWorse = name.endsWith('+') && other !== 'unknown' && severityRank(other) < severityRank(level);
      if (other === level || isWorse) shown.add(other);
    }
  }
  return shown;
}
