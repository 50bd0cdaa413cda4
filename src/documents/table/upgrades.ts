import { countOf } from '#kit/amounts.ts';
import { isOsPackage } from '#inventory/package.ts';
import { countFindings } from '#findings/counts.ts';
import type { Finding } from '#findings/finding.ts';
import { upgradesFor, type Upgrade } from '#findings/upgrades.ts';
import { alignColumns, printable, type Cell, type Column } from './layout.ts';
import type { Section } from './table.ts';

const columns: readonly Column[] = [
  { heading: 'UPGRADE', shrinks: true },
  { heading: 'FROM', shrinks: true },
  { heading: 'TO', shrinks: true },
  { heading: 'FIXES', align: 'right' },
  { heading: 'OF THESE' },
  { heading: 'IN', shrinks: true },
];
const shownAtFirst = 10;

/** What to do first: the upgrades, by what they mend. */
export const upgradeLines: Section = ({ matched, allFindings }, { all, width }, paint) => {
  const upgrades = upgradesFor(allFindings ?? matched.findings, matched.findings);
  if (upgrades.length === 0) return [];
  const shown = all ? upgrades : upgrades.slice(0, shownAtFirst);
  const rest = upgrades.length - shown.length;
  return [
    paint('FIX FIRST', 'bold') + paint('  upgrades, the ones that mend most first', 'dim'),
    ...alignColumns(columns, shown.map(cells), paint, width),
    ...(rest === 0 ? [] : [paint(`  … and ${countOf(rest, 'more upgrade')}: --all shows them`, 'dim')]),
  ];
};

function cells({ name, installed, to, findings }: Upgrade): Cell[] {
  const flaws = uniqueFlaws(findings);
  return [
    { text: printable(name), style: 'bold' },
    { text: printable(installed) },
    { text: printable(to), style: 'green' },
    { text: String(flaws.length) },
    { text: worst(flaws), style: flaws.some(({ exploited }) => exploited !== undefined) ? 'red' : undefined },
    { text: printable(where(findings)), style: 'dim' },
  ];
}

/** One flaw in several binary packages of a source is one flaw. */
function uniqueFlaws(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [finding.id, finding])).values()];
}

function worst(flaws: readonly Finding[]): string {
  const { bySeverity, exploited, malware } = countFindings(flaws);
  const parts = [
    malware > 0 ? `${malware} MALICIOUS` : '',
    exploited > 0 ? `${exploited} EXPLOITED` : '',
    bySeverity.critical > 0 ? `${bySeverity.critical} critical` : '',
    bySeverity.high > 0 ? `${bySeverity.high} high` : '',
  ].filter((part) => part !== '');
  if (flaws.every(({ headersOnly }) => headersOnly)) parts.unshift('headers only');
  return parts.join(', ');
}

/** The base image or the image's own part, and the binary packages or the places. */
function where(findings: readonly Finding[]): string {
  const [first] = findings;
  if (first === undefined) return '';
  const parts = [...new Set(findings.map(({ part }) => part))].filter((part) => part !== 'unknown');
  const isOs = isOsPackage(first.package.type);
  const places = [...new Set(findings.map(({ package: pkg }) => (isOs ? pkg.name : pkg.location)))];
  const listed = places.length > 2 ? `${places.slice(0, 2).join(', ')} +${places.length - 2}` : places.join(', ');
  return parts.length === 0 ? listed : `${parts.join('+')}: ${listed}`;
}
