import { countOf } from '#kit/amounts.ts';
import type { FeedName } from '#advisories/feeds/feed.ts';
import type { Knowledge } from '#advisories/knowledge.ts';
import type { SnapshotFacts } from '#advisories/store/snapshot.ts';
import { gap, type Gap } from '#inventory/coverage.ts';
import type { Distribution } from '#inventory/distribution.ts';
import { isOsPackage, type Package } from '#inventory/package.ts';
import type { UsedFeed } from './finding.ts';
import type { MatchOptions } from './findings.ts';
import type { Judgement, UnjudgedPackage } from './match.ts';

const hour = 3600 * 1000;

/** Everything that makes the absence of findings less than proof. */
export function advisoryGaps(
  judgement: Judgement,
  distribution: Distribution | undefined,
  knowledge: Knowledge,
  { now, staleAfter }: MatchOptions,
): Gap[] {
  return [
    ...unsupportedGaps(judgement.unjudged),
    ...missingGaps(judgement.unjudged),
    ...thirdPartyGaps(judgement.unjudged),
    ...undeterminedGaps(judgement),
    ...endOfLifeGaps(judgement, distribution, now),
    ...staleGaps(usedFeeds(judgement, knowledge), now, staleAfter),
  ];
}

/** Remarks that do not make the result uncertain. */
export function notesOf({ judged }: Judgement, knowledge: Knowledge): string[] {
  const remarks = new Set(judged.map(({ placement }) => placement.note).filter((note) => note !== undefined));
  const missing: readonly { feed: FeedName; message: string }[] = [
    { feed: 'kev', message: "which flaws are known to be exploited was not looked up: CISA's catalogue is not there" },
    { feed: 'epss', message: 'how likely exploitation is was not looked up: the EPSS scores are not there' },
  ];
  return [...remarks, ...missing.filter(({ feed }) => !knowledge.has(feed, '')).map(({ message }) => message)];
}

/** The snapshots that were asked. */
export function usedFeeds({ judged }: Judgement, knowledge: Knowledge): UsedFeed[] {
  const asked = new Map<string, readonly SnapshotFacts[]>();
  const risk: readonly { feed: FeedName; part: string }[] = [
    { feed: 'kev', part: '' },
    { feed: 'epss', part: '' },
  ];
  for (const { feed, part } of [...judged.flatMap((item) => item.asked), ...risk]) {
    const key = `${feed} ${part}`;
    if (!asked.has(key)) asked.set(key, knowledge.facts(feed, part));
  }
  return [...asked.values()]
    .flat()
    .map(({ feed, part, source, checked, newest, records }) => ({ feed, part, source, checked, newest, records }));
}

function unsupportedGaps(unjudged: readonly UnjudgedPackage[]): Gap[] {
  return groupBy(unjudged, ({ reason }) => (reason.kind === 'unsupported' ? reason.what : undefined)).map(
    ([what, items]) => {
      const isDistribution = items.some((item) => isOsPackage(item.package.type));
      const message = `nothing is known about ${what}: ${countOf(items.length, 'package')} not judged`;
      return gap(isDistribution ? 'distribution-unsupported' : 'advisories-missing', message, items.map(nameOf));
    },
  );
}

function missingGaps(unjudged: readonly UnjudgedPackage[]): Gap[] {
  const ecosystemOf = ({ reason }: UnjudgedPackage) => (reason.kind === 'missing' ? reason.place.ecosystem : undefined);
  return groupBy(unjudged, ecosystemOf).map(([ecosystem, items]) =>
    gap(
      'advisories-missing',
      `there are no advisories for ${ecosystem} here: ${countOf(items.length, 'package')} not judged`,
      items.map(nameOf),
    ),
  );
}

function thirdPartyGaps(unjudged: readonly UnjudgedPackage[]): Gap[] {
  const vendorOf = ({ reason }: UnjudgedPackage) => (reason.kind === 'third-party' ? reason.vendor : undefined);
  return groupBy(unjudged, vendorOf).map(([vendor, items]) =>
    gap(
      'packages-third-party',
      `${countOf(items.length, 'package')} from ${vendor}, whose advisories are not among the distribution's`,
      items.map(nameOf),
    ),
  );
}

function undeterminedGaps({ judged }: Judgement): Gap[] {
  const items = judged.flatMap(({ package: pkg, decisions }) => {
    const open = decisions.filter(({ verdict }) => verdict === 'undetermined');
    return open.length === 0 ? [] : [{ package: pkg, open }];
  });
  if (items.length === 0) return [];
  const message = `${countOf(items.length, 'package')} whose version could not be compared with that of an advisory`;
  return [
    gap(
      'versions-undetermined',
      message,
      items.map((item) => `${nameOf(item)}: ${item.open.map(({ id }) => id).join(', ')}`),
    ),
  ];
}

function endOfLifeGaps({ judged }: Judgement, distribution: Distribution | undefined, now: string): Gap[] {
  const packages = judged.map((item) => item.package).filter(({ type }) => isOsPackage(type));
  const named = packages.map((pkg) => pkg.distribution ?? distribution).filter((found) => found !== undefined);
  const over = [...new Map(named.map((found) => [found.name, found])).values()].filter(
    ({ endOfLife }) => endOfLife !== undefined && endOfLife < now.slice(0, 10),
  );
  return over.map(({ name, endOfLife }) => {
    const message = `${name} is past its end of life (${endOfLife}): new flaws of its packages are no longer published`;
    return gap('distribution-end-of-life', message, []);
  });
}

function staleGaps(feeds: readonly UsedFeed[], now: string, staleAfter: number): Gap[] {
  const old = feeds.filter(({ checked }) => !(Date.parse(now) - Date.parse(checked) <= staleAfter * hour));
  if (old.length === 0) return [];
  const message = `${countOf(old.length, 'feed')} not checked for more than ${Math.round(staleAfter / 24)} days`;
  return [
    gap(
      'advisories-stale',
      message,
      old.map(({ feed, part, checked }) => `${feed} ${part}`.trim() + `: ${checked}`),
    ),
  ];
}

function nameOf({ package: pkg }: { readonly package: Package }): string {
  return `${pkg.name} ${pkg.version}`;
}

/** Groups by a name, leaving out what has none, in the order of the names. */
function groupBy<Item>(items: readonly Item[], name: (item: Item) => string | undefined): [string, Item[]][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = name(item);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
