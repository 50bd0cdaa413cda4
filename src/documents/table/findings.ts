import { countOf } from '#kit/amounts.ts';
import { isOsPackage } from '#inventory/package.ts';
import type { Finding } from '#findings/finding.ts';
import { severityStyles } from './head.ts';
import { alignColumns, printable, type Cell, type Column } from './layout.ts';
import type { Section } from './table.ts';

const columns: readonly Column[] = [
  { heading: 'ID' },
  { heading: 'SEVERITY' },
  { heading: 'EPSS', align: 'right' },
  { heading: 'PACKAGE', shrinks: true },
  { heading: 'INSTALLED', shrinks: true },
  { heading: 'FIXED IN', shrinks: true },
  { heading: 'TITLE', shrinks: true },
];
const shownAtFirst = 20;
const longestTitle = 70;

/** One flaw of one package, with all the binary packages or places that it is found in. */
type Row = readonly [Finding, ...Finding[]];

/** The findings themselves, the most urgent first. */
export const findingLines: Section = ({ matched, subject }, { all, width }, paint) => {
  const rows = groupRows(matched.findings);
  const [first] = rows;
  if (first === undefined) return [];
  const shown = all ? rows : rows.filter(([finding]) => !isHidden(finding)).slice(0, shownAtFirst);
  const rest = rows.length - shown.length;
  const hidden = rows.filter(([finding]) => isHidden(finding)).length;
  const note = hidden === 0 ? '' : `, ${hidden} of them negligible`;
  return [
    paint('FINDINGS', 'bold') + paint('  the most urgent first', 'dim'),
    ...alignColumns(columns, shown.map(cells), paint, width),
    ...(rest === 0
      ? []
      : [paint(`  … and ${rest} more${note}: --all shows them, --format json has everything`, 'dim')]),
    paint(`  why one is here: bulla explain ${first[0].id} ${printable(subject.reference)}`, 'dim'),
  ];
};

/** What the distribution calls unimportant is counted, but not shown at first. */
function isHidden({ severity, exploited }: Finding): boolean {
  return severity.level === 'negligible' && exploited === undefined;
}

/** Binary packages of one source, and copies of one package, are one line. */
function groupRows(findings: readonly Finding[]): Row[] {
  const rows = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const { name, version } = nameOf(finding);
    const key = `${finding.id} ${finding.package.type} ${name} ${version}`;
    const row = rows.get(key);
    if (row === undefined) rows.set(key, [finding]);
    else row.push(finding);
  }
  return [...rows.values()];
}

function nameOf({ package: pkg }: Finding): { name: string; version: string } {
  return isOsPackage(pkg.type) ? (pkg.source ?? pkg) : pkg;
}

function cells(row: Row): Cell[] {
  const [finding, ...others] = row;
  const { id, severity, epss, package: pkg, fix, title } = finding;
  const { name, version } = others.length === 0 ? pkg : nameOf(finding);
  const more = others.length === 0 ? '' : ` (${countOf(row.length, isOsPackage(pkg.type) ? 'package' : 'place')})`;
  return [
    { text: printable(id) },
    { text: [severity.level, ...marks(finding)].join(' '), style: severityStyles[severity.level] },
    { text: epss === undefined ? '' : formatShare(epss.score) },
    { text: printable(name) + more },
    { text: printable(version) },
    fix.state === 'fixed'
      ? { text: printable(fix.versions.join(', ')), style: 'green' }
      : { text: fix.state, style: 'dim' },
    { text: shorten(printable(title)) },
  ];
}

function marks({ exploited, kind, use, headersOnly }: Finding): string[] {
  return [
    exploited === undefined ? [] : ['EXPLOITED'],
    kind === 'malware' ? ['MALWARE'] : kind === 'informational' ? ['notice'] : [],
    use === 'absent' ? ['unused'] : [],
    headersOnly ? ['headers'] : [],
  ].flat();
}

function formatShare(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function shorten(text: string): string {
  return text.length <= longestTitle ? text : `${text.slice(0, longestTitle - 1).trimEnd()}…`;
}
