import { z } from 'zod';
import type { Finding } from '#findings/finding.ts';
import type { Report } from '#documents/report.ts';
import type { EvidenceItem } from '#policy/outcome.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import { durationSchema, millisecondsOf } from '#policy/languages/trust-policy/duration.ts';
import { isInForce, type Allowance } from '#policy/languages/trust-policy/exception.ts';
import {
  failed,
  passed,
  ruleKind,
  unknown,
  type AskedImage,
  type Judgement,
} from '#policy/languages/trust-policy/rule.ts';
import { describeLine, findingLineSchema, lineMatches, type FindingLine } from './finding-line.ts';

const schema = z
  .strictObject({
    lines: z
      .array(findingLineSchema)
      .min(1)
      .max(100)
      .describe('What to do about which findings. The first line that fits decides; what no line fits is only listed.'),
    unrated: z
      .enum(['block', 'unknown', 'warn', 'log'])
      .optional()
      .describe('What a finding means that nobody has rated and no line without severity fits; warn by default.'),
    notOlderThan: durationSchema
      .optional()
      .describe('How long ago the advisories may have been checked; 5d by default. Older ones make it unknown.'),
    gaps: z
      .enum(['unknown', 'warn', 'log'])
      .optional()
      .describe('What it means that not everything could be looked at; unknown by default.'),
  })
  .describe('Which findings are blocked, which are warned of until when, and which are only listed.');

type Written = z.infer<typeof schema>;

const defaultAge = '5d';

/** Known flaws in the packages of the image, by the lines that a team draws. Malicious packages are always blocked. */
export const vulnerabilities = ruleKind({
  name: 'vulnerabilities',
  schema,
  compile: (written) => async (image) => {
    const report = await image.evidence.scan();
    const { findings } = report.matched;
    const seen = await firstSights(findings, written, image);
    const sorted = findings.map((finding) => sortFinding(finding, written, image, seen));
    const judgements = [
      ...failures(sorted, image),
      ...warnings(sorted, image),
      ...staleness(report, written, image),
      ...gaps(report, written, image),
    ];
    const accepted = sorted.filter(({ fate }) => fate.kind === 'excepted');
    const exceptions = accepted.map(({ finding, fate }) => itemOf(finding, fate));
    if (judgements.length > 0) return [...judgements, ...exceptionNote(exceptions, image)];
    return [passed({ what: 'findings', value: findings.length }), ...exceptionNote(exceptions, image)];
  },
  describe: ({ lines, notOlderThan = defaultAge }) => ({
    en: [
      'Malicious packages are blocked.',
      ...lines.map((line) => describeLine(line).en),
      'Other findings are listed.',
      `What is known about flaws must have been checked within the last ${notOlderThan}.`,
    ],
    de: [
      'Bösartige Pakete werden gesperrt.',
      ...lines.map((line) => describeLine(line).de),
      'Weitere Befunde werden aufgeführt.',
      `Was über Schwachstellen bekannt ist, muss innerhalb der letzten ${notOlderThan} geprüft worden sein.`,
    ],
  }),
});

/** What becomes of a finding. */
type Fate =
  | { readonly kind: 'blocked'; readonly needsException: boolean }
  | { readonly kind: 'malware' }
  | { readonly kind: 'overdue'; readonly due: Date }
  | { readonly kind: 'due'; readonly due?: Date }
  | { readonly kind: 'undated' }
  | { readonly kind: 'unrated' }
  | { readonly kind: 'excepted'; readonly allowance: Allowance }
  | { readonly kind: 'logged' };

interface Sorted {
  readonly finding: Finding;
  readonly fate: Fate;
  /** Exceptions that name it and do not count. */
  readonly rejected: readonly Allowance[];
}

function sortFinding(finding: Finding, written: Written, image: AskedImage, seen: FirstSights): Sorted {
  const fate = fateOf(finding, written, image, seen);
  const naming = image.allowances.filter((allowance) => names(allowance, finding));
  const valid = naming.find((allowance) => isInForce(allowance, image.surroundings.now));
  const isOpen = fate.kind !== 'logged' && fate.kind !== 'malware';
  if (valid !== undefined && isOpen) return { finding, fate: { kind: 'excepted', allowance: valid }, rejected: [] };
  return { finding, fate, rejected: isOpen || fate.kind === 'malware' ? naming : [] };
}

type FirstSights = ReadonlyMap<string, Date>;

/** When findings were first seen here; asked only for lines that count from then. */
async function firstSights(
  findings: readonly Finding[],
  { lines }: Written,
  { surroundings }: AskedImage,
): Promise<FirstSights> {
  const counted = lines.filter(({ since }) => since === 'first-sight');
  const counting = findings.filter((finding) => counted.some((line) => lineMatches(line, finding)));
  if (counting.length === 0) return new Map();
  return (await surroundings.firstSeen?.([...new Set(counting.map(sightOf))])) ?? new Map<string, Date>();
}

/** A flaw in a package, of whatever version and in whichever image: a rebuild does not set the clock back. */
function sightOf({ id, package: { type, name } }: Finding): string {
  return `${id} ${type}/${name}`;
}

function names({ vulnerabilities: ids, packages }: Allowance, finding: Finding): boolean {
  if (ids === undefined || ![finding.id, ...finding.aliases].some((id) => ids.includes(id))) return false;
  return packages === undefined || packages.includes(finding.package.name);
}

function fateOf(
  finding: Finding,
  { lines, unrated = 'warn' }: Written,
  { surroundings }: AskedImage,
  seen: FirstSights,
): Fate {
  if (finding.kind === 'malware') return { kind: 'malware' };
  const line = lines.find((one) => lineMatches(one, finding));
  if (line !== undefined) return fateByLine(line, finding, surroundings.now, seen);
  if (finding.severity.level !== 'unknown') return { kind: 'logged' };
  switch (unrated) {
    case 'block':
      return { kind: 'blocked', needsException: false };
    case 'unknown':
      return { kind: 'unrated' };
    case 'warn':
      return { kind: 'due' };
    case 'log':
      return { kind: 'logged' };
  }
}

function fateByLine({ action, within, since }: FindingLine, finding: Finding, now: Date, seen: FirstSights): Fate {
  if (action === 'log') return { kind: 'logged' };
  if (action !== 'warn') return { kind: 'blocked', needsException: action === 'block-without-exception' };
  if (within === undefined) return { kind: 'due' };
  const start = since === 'first-sight' ? seen.get(sightOf(finding))?.getTime() : Date.parse(finding.published ?? '');
  // Nobody says since when it is known, so that nobody can say whether the time has passed.
  if (start === undefined || Number.isNaN(start)) return { kind: 'undated' };
  const due = new Date(start + millisecondsOf(within));
  return due.getTime() < now.getTime() ? { kind: 'overdue', due } : { kind: 'due', due };
}

function failures(sorted: readonly Sorted[], { use }: AskedImage): readonly Judgement[] {
  const of = (...kinds: readonly Fate['kind'][]) => sorted.filter(({ fate }) => kinds.includes(fate.kind));
  const judgements: Judgement[] = [];
  const malware = of('malware');
  if (malware.length > 0)
    judgements.push(failed(reasonOf('malware-found', wordsOf(malware, use.image)), listOf(malware)));
  const blocked = of('blocked');
  if (blocked.length > 0) {
    judgements.push(failed(reasonOf('vulnerability-blocked', wordsOf(blocked, use.image)), listOf(blocked)));
  }
  const overdue = of('overdue');
  if (overdue.length > 0) {
    judgements.push(failed(reasonOf('vulnerability-overdue', wordsOf(overdue, use.image)), listOf(overdue)));
  }
  const open = of('undated', 'unrated');
  if (open.length > 0) {
    judgements.push(unknown(reasonOf('vulnerability-undetermined', wordsOf(open, use.image)), listOf(open)));
  }
  return judgements;
}

function warnings(sorted: readonly Sorted[], { use }: AskedImage): readonly Judgement[] {
  const due = sorted.filter(({ fate }) => fate.kind === 'due');
  if (due.length === 0) return [];
  return [{ ...failed(reasonOf('vulnerability-due', wordsOf(due, use.image)), listOf(due)), atMost: 'warn' }];
}

function wordsOf(sorted: readonly Sorted[], image: string): Readonly<Record<string, string>> {
  const [first] = sorted;
  const { finding, fate } = first ?? {};
  const dates = sorted.flatMap(({ fate: one }) => ('due' in one && one.due !== undefined ? one.due.getTime() : []));
  return {
    image,
    count: String(sorted.length),
    first: finding?.id ?? '',
    package: `${finding?.package.name ?? ''} ${finding?.package.version ?? ''}`,
    severity: finding?.severity.level ?? 'unknown',
    fix: finding?.fix.versions.at(0) ?? '',
    needsException: fate?.kind === 'blocked' && fate.needsException ? 'yes' : '',
    due: dates.length === 0 ? '' : new Date(Math.min(...dates)).toISOString().slice(0, 10),
  };
}

/** Longer lists are in the report of the scan. */
const mostListed = 50;

function listOf(sorted: readonly Sorted[]): EvidenceItem {
  return {
    what: 'findings',
    value: sorted.slice(0, mostListed).map(({ finding, fate, rejected }) => ({
      ...itemOf(finding, fate),
      rejectedExceptions: rejected.map(({ name, approver, rejected: why, expires }) => ({
        name,
        approver,
        why: why ?? `it ended on ${expires.toISOString().slice(0, 10)}`,
      })),
    })),
  };
}

function itemOf({ id, package: { purl }, severity, fix, exploited, published }: Finding, fate: Fate) {
  return {
    id,
    purl,
    severity: severity.level,
    fixedIn: fix.versions,
    exploited: exploited !== undefined,
    published: published ?? null,
    due: 'due' in fate && fate.due !== undefined ? fate.due.toISOString() : null,
    exception:
      fate.kind === 'excepted'
        ? {
            name: fate.allowance.name,
            approver: fate.allowance.approver,
            expires: fate.allowance.expires.toISOString(),
          }
        : null,
  };
}

function exceptionNote(items: readonly object[], { use }: AskedImage): readonly Judgement[] {
  if (items.length === 0) return [];
  const reason = reasonOf('excepted', { image: use.image, count: String(items.length) });
  return [{ outcome: 'passed', reason, evidence: [{ what: 'findings', value: items }] }];
}

/** Advisories of long ago say nothing of today. */
function staleness(
  { matched }: Report,
  { notOlderThan = defaultAge }: Written,
  image: AskedImage,
): readonly Judgement[] {
  const oldest = image.surroundings.now.getTime() - millisecondsOf(notOlderThan);
  const stale = matched.feeds.filter(({ checked }) => !(Date.parse(checked) >= oldest));
  if (stale.length === 0) return [];
  const words = {
    image: image.use.image,
    feed: `${stale[0]?.feed ?? ''} ${stale[0]?.part ?? ''}`.trim(),
    limit: notOlderThan,
  };
  return [unknown(reasonOf('scan-too-old', words), { what: 'feeds', value: stale })];
}

function gaps(
  { inventory, matched }: Report,
  { gaps: meaning = 'unknown' }: Written,
  image: AskedImage,
): readonly Judgement[] {
  const found = [...inventory.coverage.gaps, ...matched.gaps];
  if (found.length === 0 || meaning === 'log') return [];
  const reason = reasonOf('scan-incomplete', {
    image: image.use.image,
    count: String(found.length),
    first: found[0]?.message ?? '',
  });
  const judgement = unknown(reason, { what: 'gaps', value: found.slice(0, mostListed) });
  return [meaning === 'warn' ? { ...judgement, atMost: 'warn' } : judgement];
}
