import type { Knowledge } from '#advisories/knowledge.ts';
import type { Inventory } from '#inventory/inventory.ts';
import type { Decision } from './decide.ts';
import { explainDecision } from './explain.ts';
import type { Finding, ImagePart, Matched, Prediction } from './finding.ts';
import { fixOf } from './fix.ts';
import { advisoryGaps, notesOf, usedFeeds } from './gaps.ts';
import { judgePackages, type JudgedPackage } from './match.ts';
import { isHeadersOnly } from './places.ts';
import { rate } from './severity.ts';
import { byUrgency } from './urgency.ts';

export interface MatchOptions {
  /** How many of the lowest layers are the base image; nothing if it is not known. */
  readonly baseLayers?: number;
  /** The present, RFC 3339. */
  readonly now: string;
  /** Hours after which a feed that was not checked is stale. */
  readonly staleAfter: number;
}

/** Finds the flaws that the packages of an image have, and says what could not be found out. */
export function findFlaws(inventory: Inventory, knowledge: Knowledge, options: MatchOptions): Matched {
  const judgement = judgePackages(inventory, knowledge);
  const affected = judgement.judged.flatMap((item) =>
    item.decisions.filter(({ verdict }) => verdict === 'affected').map((decision) => ({ item, decision })),
  );
  const cves = [...new Set(affected.flatMap(({ decision: { id, aliases } }) => [id, ...aliases]))];
  const risk = { exploited: knowledge.exploited(cves), predictions: knowledge.predictions(cves) };
  const scored = knowledge.facts('epss', '')[0]?.newest?.slice(0, 10);
  const findings = affected.map(({ item, decision }) => {
    const names = [decision.id, ...decision.aliases];
    const prediction = names.map((name) => risk.predictions.get(name)).find((found) => found !== undefined);
    return {
      ...describe(item, decision, knowledge),
      exploited: names.map((name) => risk.exploited.get(name)).find((found) => found !== undefined),
      epss: prediction === undefined ? undefined : predictionOf(prediction, scored),
      part: partOf(item.package.layer, options.baseLayers),
    };
  });
  return {
    findings: findings.toSorted(byUrgency),
    gaps: advisoryGaps(judgement, inventory.distribution, knowledge, options),
    notes: notesOf(judgement, knowledge),
    feeds: usedFeeds(judgement, knowledge),
  };
}

function describe(
  item: JudgedPackage,
  decision: Decision,
  knowledge: Knowledge,
): Omit<Finding, 'exploited' | 'epss' | 'part'> {
  const { deciding, answers, id, aliases } = decision;
  const records = [deciding.record, ...answers.map(({ record }) => record)];
  return {
    id,
    aliases,
    kind: deciding.record.kind,
    package: item.package,
    title: titleOf(records.map(({ summary, details }) => summary || details)),
    severity: rate(decision, aliasRecords(item, decision, knowledge)),
    fix: fixOf(decision, item.placement.scheme),
    advisories: [...new Set(records.map((record) => record.id))],
    references: [...new Set(records.flatMap(({ references }) => references))].slice(0, 10),
    published: records.map(({ published }) => published).find((date) => date !== undefined),
    use: deciding.use,
    headersOnly: isHeadersOnly(item.package),
    why: explainDecision(item, decision),
  };
}

/** Records that are known by a name of the flaw, and say nothing of this package themselves; they may still rate it. */
function aliasRecords({ asked }: JudgedPackage, { aliases, answers }: Decision, knowledge: Knowledge) {
  const seen = new Set(answers.map(({ record }) => record.id));
  const names = aliases.filter((alias) => alias.startsWith('GHSA-') && !seen.has(alias));
  return asked.flatMap(({ feed, part }) => names.flatMap((name) => knowledge.record(feed, part, name) ?? []));
}

const longestTitle = 120;

/** The first sentence that any record has for it, on one line. */
function titleOf(texts: readonly string[]): string {
  const text = texts.find((candidate) => candidate.trim() !== '') ?? '';
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= longestTitle ? line : `${line.slice(0, longestTitle - 1).trimEnd()}…`;
}

function predictionOf({ score, percentile }: Prediction, date: string | undefined): Prediction {
  return { score, percentile, date };
}

function partOf(layer: number, baseLayers: number | undefined): ImagePart {
  if (baseLayers === undefined) return 'unknown';
  return layer < baseLayers ? 'base' : 'own';
}
