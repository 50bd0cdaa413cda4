import type { Finding } from './finding.ts';
import { severityLevels, type SeverityLevel } from './severity.ts';

/**
 * The order in which a person should act: what is known to be exploited, then malware, then critical flaws that can be fixed,
 * then by how likely and how bad they are; flaws of kernel headers, which no one can reach, come last.
 */
export function byUrgency(a: Finding, b: Finding): number {
  return (
    urgencyClass(a) - urgencyClass(b) ||
    weight(b) - weight(a) ||
    severityRank(a.severity.level) - severityRank(b.severity.level) ||
    compare(a.package.name, b.package.name) ||
    a.id.localeCompare(b.id, 'en', { numeric: true }) ||
    compare(a.package.purl, b.package.purl) ||
    compare(a.package.location, b.package.location)
  );
}

/** 0 for critical up to 5 for unknown. */
export function severityRank(level: SeverityLevel): number {
  return severityLevels.indexOf(level);
}

function urgencyClass(finding: Finding): number {
  if (finding.headersOnly) return 6;
  // A program without the functions in question is out of reach, whoever exploits them elsewhere.
  if (finding.use === 'absent') return 4;
  if (finding.exploited !== undefined) return 0;
  if (finding.kind === 'informational' || finding.severity.level === 'negligible') return 5;
  if (finding.kind === 'malware') return 1;
  return finding.severity.level === 'critical' && finding.fix.state === 'fixed' ? 2 : 3;
}

const severityWeights: Readonly<Record<SeverityLevel, number>> = {
  critical: 9.5,
  high: 8,
  medium: 5.5,
  low: 2.5,
  negligible: 0.5,
  // What nobody has rated yet may be anything.
  unknown: 4,
};

/** EPSS × severity; where there is no prediction, one near the median counts. */
function weight({ epss, severity }: Finding): number {
  return (epss?.score ?? 0.001) * (severity.score ?? severityWeights[severity.level]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
