import { countOf } from '#kit/amounts.ts';
import type { Explanation, NotReported } from '#findings/explanation.ts';
import type { Finding, Searched, Why } from '#findings/finding.ts';
import type { Inventory } from '#inventory/inventory.ts';
import type { Package } from '#inventory/package.ts';
import { absolute } from './json/elements.ts';
import type { ExplainedImage } from './json/explanation.ts';
import { severityStyles } from './table/head.ts';
import { painter, printable, type Paint } from './table/layout.ts';

/** An explanation for a person to read. */
export function writeExplanation(
  { flaw, reported, notReported, silent }: Explanation,
  { subject, inventory, gaps }: ExplainedImage,
  colour: boolean,
): string {
  const paint = painter(colour);
  const blocks = [
    ...reported.map((finding) => reportedLines(finding, inventory, paint)),
    ...notReported.map((item) => notReportedLines(flaw, item, paint)),
    ...silent.map(({ package: pkg, searched }) => [
      title(flaw, pkg, 'not reported', paint),
      ...field('because', [`no advisory about ${pkg.name} names ${flaw}.`], paint),
      ...field('searched', searched.map(searchedText), paint),
    ]),
  ];
  if (blocks.length === 0) {
    const where = `${countOf(inventory.packages.length, 'package')} of ${printable(subject.reference)}`;
    blocks.push([`${flaw} is not reported: no advisory about the ${where} names it.`]);
  }
  if (gaps.length > 0 && reported.length === 0) {
    blocks.push([
      'This is no proof that it is not there, because not everything could be looked at:',
      ...gaps.map(({ code, message }) => `  ${paint(code, 'dim')}  ${printable(message)}`),
    ]);
  }
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function reportedLines(finding: Finding, inventory: Inventory, paint: Paint): string[] {
  const { package: pkg, severity, fix, why, exploited, epss, aliases, references } = finding;
  const layer = inventory.layers[pkg.layer];
  const others = severity.ratings
    .slice(1)
    .map(({ source, level, score }) => `${source} ${level}${score === undefined ? '' : ` ${score}`}`);
  return [
    title(finding.id, pkg, 'reported', paint),
    ...field('title', [printable(finding.title)], paint),
    ...field('also called', aliases.length === 0 ? [] : [aliases.join(', ')], paint),
    ...whyLines(why, paint),
    ...field(
      'severity',
      [
        paint(severity.level, severityStyles[severity.level]) + ratingText(finding),
        ...others.map((other) => `also ${other}`),
      ],
      paint,
    ),
    ...field(
      'exploited',
      exploited === undefined
        ? []
        : [
            `known to be since ${exploited.added}${exploited.ransomware ? ', by ransomware' : ''}: ${printable(exploited.name)}`,
          ],
      paint,
    ),
    ...field(
      'epss',
      epss === undefined
        ? []
        : [
            `${(epss.score * 100).toFixed(2)} % likely within 30 days, more than ${(epss.percentile * 100).toFixed(0)} % of all flaws (${epss.date ?? 'undated'})`,
          ],
      paint,
    ),
    ...field(
      'layer',
      layer === undefined
        ? []
        : [
            `${layer.index}${layer.digest === undefined ? '' : ` ${layer.digest}`} ${printable(layer.createdBy)}`.trimEnd(),
          ],
      paint,
    ),
    ...field('fix', [fixText(finding), ...reasonOf(fix)], paint),
    ...field('more', references.slice(0, 3).map(printable), paint),
  ];
}

function notReportedLines(flaw: string, { package: pkg, why }: NotReported, paint: Paint): string[] {
  return [title(flaw, pkg, 'not reported', paint), ...whyLines(why, paint)];
}

function whyLines({ sentence, searched, record, comparison, rule, advisories }: Why, paint: Paint): string[] {
  const widest = Math.max(0, ...advisories.map((said) => said.record.length));
  return [
    ...field('because', [printable(sentence)], paint),
    ...field('searched', searched.map(searchedText), paint),
    ...field('decided by', [`${record}: ${printable(comparison)}`, `(${rule})`], paint),
    ...field(
      'advisories',
      advisories.map(
        (said) => `${said.record.padEnd(widest)}  ${said.verdict.padEnd(12)}  ${printable(said.comparison)}`,
      ),
      paint,
    ),
  ];
}

function title(flaw: string, pkg: Package, outcome: string, paint: Paint): string {
  return (
    paint(`${flaw} in ${printable(pkg.name)} ${printable(pkg.version)}: ${outcome}`, 'bold') +
    paint(`  ${printable(absolute(pkg.location))}`, 'dim')
  );
}

/** A name and lines of text under each other. */
function field(name: string, lines: readonly string[], paint: Paint): string[] {
  return lines.map((line, index) => `  ${paint((index === 0 ? name : '').padEnd(11), 'dim')}  ${line}`);
}

function searchedText({ feed, ecosystem, name, version, source }: Searched): string {
  return `${feed}, ${ecosystem}, for "${printable(name)}" ${printable(version)}${source === '' ? '' : ` (${source})`}`;
}

function ratingText({ severity: { score, vector, source } }: Finding): string {
  return `${score === undefined ? '' : ` ${score}`}${source === '' ? ', nobody has rated it' : `, by ${source}`}${vector === undefined ? '' : ` ${vector}`}`;
}

/** Why the distribution has decided so; Debian says why a flaw gets no advisory of its own. */
function reasonOf({ note }: Finding['fix']): string[] {
  return note === undefined ? [] : [`the distribution says: ${printable(note)}`];
}

function fixText({ fix, package: pkg }: Finding): string {
  const { name } = pkg.source ?? pkg;
  switch (fix.state) {
    case 'fixed':
      return `upgrade ${printable(name)} to ${printable(fix.versions.join(' or '))}`;
    case 'not-fixed':
      return 'there is none yet';
    case 'wont-fix':
      return 'there will be none: the distribution has decided so';
    case 'deferred':
      return 'later: the distribution has postponed it';
    case 'undetermined':
      return 'the advisories do not say whether there is one';
  }
}
