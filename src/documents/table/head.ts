import { countOf, formatCount } from '#kit/amounts.ts';
import { formatPlatform } from '#image/platform.ts';
import { describeDistribution } from '#inventory/distribution.ts';
import { countFindings } from '#findings/counts.ts';
import { severityLevels, type SeverityLevel } from '#findings/severity.ts';
import type { Report } from '#documents/report.ts';
import { printable, type Paint, type Style } from './layout.ts';
import type { Section } from './table.ts';

/** What was looked at, and the result in a few lines. */
export const headLines: Section = (report, _options, paint) => {
  const { subject } = report;
  const rows: readonly (readonly [string, string])[] = [
    ['digest', subject.digest ?? ''],
    ['platform', subject.platform === undefined ? '' : formatPlatform(subject.platform)],
    ['system', system(report)],
    ['base image', base(report)],
    ['packages', packages(report)],
    ['coverage', coverage(report, paint)],
    ['advisories', advisories(report)],
    ['findings', findings(report, paint)],
  ];
  const shown = rows
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `  ${paint(name.padEnd(10), 'dim')}  ${text}`);
  return [paint(printable(subject.reference), 'bold'), ...shown];
};

function system({ inventory: { distribution }, created }: Report): string {
  if (distribution === undefined) return '';
  const { endOfLife } = distribution;
  const name = printable(describeDistribution(distribution));
  if (endOfLife === undefined) return name;
  return endOfLife < created.slice(0, 10)
    ? `${name}, END OF LIFE since ${endOfLife}`
    : `${name}, security updates until ${endOfLife}`;
}

function base({ subject, inventory }: Report): string {
  if (subject.base === undefined) return '';
  const { layers, name, by } = subject.base;
  const source = by === 'history' ? ', as far as the build history shows' : '';
  return `${layers} of ${countOf(inventory.layers.length, 'layer')}${name === undefined ? '' : `: ${printable(name)}`}${source}`;
}

function packages({ inventory }: Report): string {
  const own = inventory.packages.filter(({ ownedBy }) => ownedBy === undefined);
  const counts = new Map<string, number>();
  for (const { type } of own) counts.set(type, (counts.get(type) ?? 0) + 1);
  const kinds = [...counts].toSorted(([, a], [, b]) => b - a).map(([type, count]) => `${formatCount(count)} ${type}`);
  const parts = inventory.packages.length - own.length;
  const more = parts === 0 ? '' : `; and ${formatCount(parts)} of languages that are parts of these`;
  return own.length === 0 ? 'none' : `${formatCount(own.length)} (${kinds.join(', ')})${more}`;
}

/** The coverage ledger on one line. */
function coverage({ inventory, matched }: Report, paint: Paint): string {
  const { executables, sources } = inventory.coverage;
  const gaps = inventory.coverage.gaps.length + matched.gaps.length;
  const read = `${countOf(sources.length, 'source')} of packages read`;
  const known = executables.total - executables.opaqueTotal - executables.scriptTotal;
  const scripts =
    executables.scriptTotal === 0
      ? ''
      : `, the rest ${executables.opaqueTotal === 0 ? '' : 'with '}${countOf(executables.scriptTotal, 'script')}`;
  const programs =
    executables.total === 0
      ? ''
      : `; ${formatCount(known)} of ${countOf(executables.total, 'executable')} belong to packages${scripts}`;
  if (gaps === 0) return `${paint('complete', 'green')}: ${read}${programs}`;
  return `${paint('INCOMPLETE', 'yellow')}: ${countOf(gaps, 'gap')}, see below; ${read}${programs}`;
}

function advisories({ matched: { feeds }, created }: Report): string {
  const known = feeds.filter(({ feed }) => feed !== 'kev' && feed !== 'epss');
  if (known.length === 0) return '';
  const oldest = known.map(({ checked }) => checked).toSorted()[0] ?? '';
  const records = known.reduce((sum, feed) => sum + feed.records, 0);
  return `${formatCount(records)} records of ${known
    .map(({ feed, part }) => part || feed)
    .filter(unique)
    .join(', ')}, ${age(oldest, created)}`;
}

function unique(item: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(item) === index;
}

const day = 24 * 3600 * 1000;

function age(checked: string, now: string): string {
  const days = Math.floor((Date.parse(now) - Date.parse(checked)) / day);
  return days < 1 ? 'checked today' : `checked ${countOf(days, 'day')} ago`;
}

export const severityStyles: Readonly<Record<SeverityLevel, Style | undefined>> = {
  critical: 'red',
  high: 'red',
  medium: 'yellow',
  low: undefined,
  negligible: 'dim',
  unknown: undefined,
};

function findings({ matched, allFindings }: Report, paint: Paint): string {
  const counts = countFindings(matched.findings);
  const all = allFindings?.length ?? counts.total;
  const total = all === counts.total ? formatCount(all) : `shown ${formatCount(counts.total)} of ${formatCount(all)}`;
  if (counts.total === 0) return all === 0 ? 'none' : total;
  const levels = severityLevels
    .filter((level) => counts.bySeverity[level] > 0)
    .map((level) => paint(`${formatCount(counts.bySeverity[level])} ${level}`, severityStyles[level]));
  const special = [
    counts.malware === 0 ? '' : paint(`${counts.malware} MALICIOUS`, 'red'),
    counts.exploited === 0 ? '' : paint(`${counts.exploited} EXPLOITED`, 'red'),
    `${formatCount(counts.fixable)} can be fixed`,
  ];
  return `${total}: ${levels.join(', ')}; ${special.filter((text) => text !== '').join(', ')}`;
}
