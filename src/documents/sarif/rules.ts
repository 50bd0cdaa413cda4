import type { Finding } from '#findings/finding.ts';
import { flawPage } from '#documents/flaw-page.ts';
import { recommend } from '#documents/recommendation.ts';
import { levelOf, securitySeverity } from './level.ts';
import { markdown, plain, type TextStyle } from './text.ts';

/** The rules of a run, one a flaw, and where each stands. */
export interface Rules {
  readonly rules: readonly object[];
  readonly indexOf: (id: string) => number | undefined;
}

/** Makes a rule of every flaw, in the order in which they come first. */
export function makeRules(findings: readonly Finding[]): Rules {
  const byFlaw = new Map<string, Finding[]>();
  for (const finding of findings) {
    const others = byFlaw.get(finding.id);
    if (others === undefined) byFlaw.set(finding.id, [finding]);
    else others.push(finding);
  }
  const positions = new Map([...byFlaw.keys()].map((id, index) => [id, index]));
  return { rules: [...byFlaw.values()].map(makeRule), indexOf: (id) => positions.get(id) };
}

/** SARIF 2.1.0, §3.49, with the properties that GitHub code scanning reads. */
function makeRule(findings: readonly Finding[]): object {
  const [first] = findings;
  if (first === undefined) return {};
  const { id, kind } = first;
  const title = titleOf(findings);
  return {
    id,
    name: ruleNames[kind],
    shortDescription: { text: plain.prose(title === '' ? id : `${id}: ${title}`) },
    fullDescription: { text: plain.prose(title === '' ? describeKind[kind] : title) },
    help: { text: helpLines(findings, plain).join('\n'), markdown: helpLines(findings, markdown).join('\n') },
    helpUri: flawPage(id).url,
    defaultConfiguration: { level: levelOf(first) },
    properties: {
      'security-severity': securitySeverity(findings),
      precision: precisionOf(findings),
      tags: tagsOf(findings),
    },
  };
}

/** SARIF wants names that identifiers could have. */
const ruleNames = {
  vulnerability: 'VulnerablePackage',
  malware: 'MaliciousPackage',
  informational: 'PackageNotice',
} as const;

const describeKind = {
  vulnerability: 'A package has a known vulnerability.',
  malware: 'A package is malicious.',
  informational: 'There is a notice about a package.',
} as const;

function titleOf(findings: readonly Finding[]): string {
  return findings.map(({ title }) => title).find((title) => title !== '') ?? '';
}

/** No more than that many packages are named in the help of a flaw; the results name them all. */
const mostPackages = 20;

function helpLines(findings: readonly Finding[], { name, prose }: TextStyle): string[] {
  const [first] = findings;
  if (first === undefined) return [];
  const { id, aliases, severity, exploited, epss } = first;
  const rated = severity.score === undefined ? severity.level : `${severity.level} (${severity.score})`;
  const names = aliases.slice(0, 10).map(name).join(', ');
  const facts = [
    `Severity: ${rated}${severity.source === '' ? '' : `, by ${name(severity.source)}`}`,
    names === '' ? undefined : `Also known as ${names}`,
    exploited && `Known to be exploited: in CISA's catalogue since ${name(exploited.added)}`,
    epss && `Likelihood of exploitation within 30 days (EPSS): ${(epss.score * 100).toFixed(2)} %`,
    ...findings
      .slice(0, mostPackages)
      .map((finding) => `${name(`${finding.package.name} ${finding.package.version}`)}: ${prose(recommend(finding))}`),
    findings.length > mostPackages ? `and ${findings.length - mostPackages} more` : undefined,
  ];
  const title = titleOf(findings);
  return [
    title === '' ? name(id) : `${name(id)}: ${prose(title)}`,
    '',
    ...facts.filter((fact) => fact !== undefined).map((fact) => `- ${fact}`),
  ];
}

/** How surely the flaw is one of this image: a program without the functions in question hardly has it. */
function precisionOf(findings: readonly Finding[]): string {
  if (findings.some(({ use }) => use === 'present')) return 'very-high';
  return findings.every(({ use, headersOnly }) => use === 'absent' || headersOnly) ? 'low' : 'high';
}

/** GitHub takes `security` for what makes a result a security alert; it shows ten tags and takes twenty. */
function tagsOf(findings: readonly Finding[]): string[] {
  const tags = ['security', ...findings.flatMap(({ kind, severity }) => [kind, severity.level])];
  if (findings.some(({ exploited }) => exploited !== undefined)) tags.push('exploited');
  tags.push(...findings.map(({ package: pkg }) => pkg.type));
  return [...new Set(tags)].slice(0, 20);
}
