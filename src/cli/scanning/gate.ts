import type { Finding } from '#findings/finding.ts';
import { severityLevels, type SeverityLevel } from '#findings/severity.ts';
import { severityRank } from '#findings/urgency.ts';
import { countOf } from '#kit/amounts.ts';

/** What a gate may be closed for: a severity means that or worse, the rest is what it says; `unknown` is what nobody has rated. */
export const gateConditions = [
  'critical',
  'high',
  'medium',
  'low',
  'negligible',
  'unknown',
  'exploited',
  'malware',
  'fixable',
  'any',
] as const;
export type GateCondition = (typeof gateConditions)[number];

/** The findings that close the gate. What nobody has rated is no severity, and closes it only as `unknown` or for what else it is. */
export function closingFindings(findings: readonly Finding[], conditions: readonly GateCondition[]): Finding[] {
  return findings.filter((finding) => conditions.some((condition) => closes(finding, condition)));
}

/** What must be said of a gate that stands open: that it asks for a severity, and how many findings have none. */
export function describeUnrated(
  findings: readonly Finding[],
  conditions: readonly GateCondition[],
): string | undefined {
  const asksForSeverity = conditions.some((condition) => severityLevels.some((level) => level === condition));
  if (!asksForSeverity || closingFindings(findings, conditions).length > 0) return undefined;
  const unrated = findings.filter(({ severity }) => severity.level === 'unknown').length;
  if (unrated === 0) return undefined;
  const wider = [...conditions, 'unknown'].join(',');
  return `the gate is open, and nobody has rated ${countOf(unrated, 'finding')}: --fail-on ${wider} closes it for them`;
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
    case 'unknown':
      return severity.level === 'unknown';
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
