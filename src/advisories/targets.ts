import { advisoryError } from './errors.ts';
import type { Feed, FeedName } from './feeds/feed.ts';
import { feeds } from './feeds/index.ts';
import { feedSource, type FeedSource } from './feeds/source.ts';
import type { SnapshotFacts } from './store/snapshot.ts';

/** One part of a feed to be brought up to date from one source. */
export interface UpdateTarget {
  readonly feed: Feed;
  readonly part: string;
  readonly source: FeedSource;
}

/** Folders in which a mirror may keep one feed beside others. */
const subfolders = ['.', 'osv', 'debian-tracker', 'alpine-secdb', 'secdb', 'kev', 'epss'];

/**
 * What there is to fetch from the places that a user names: `DIR` or `URL`, or `FEED=URL` for a feed that lies elsewhere than the
 * others. Folders are looked into; servers cannot be, so that for them the ecosystems must be named.
 *
 * @param ecosystems only these; all that a folder has, if none is named
 * @throws `feed-not-found`, `feed-unknown`
 */
export async function targetsIn(
  locations: readonly string[],
  ecosystems: readonly string[],
  offline: boolean,
): Promise<UpdateTarget[]> {
  const targets: UpdateTarget[] = [];
  for (const location of locations) {
    const found = await targetsAt(location, ecosystems, offline);
    if (found.length === 0) {
      throw advisoryError(
        'feed-not-found',
        `${location} has ${ecosystems.length === 0 ? 'no feed' : `nothing of ${ecosystems.join(', ')}`}`,
        {
          hint: 'it must have the layout of the publisher: ECOSYSTEM/all.zip, kev.json, epss.csv.gz, v3.20/main.json …',
        },
      );
    }
    targets.push(...found);
  }
  return targets;
}

async function targetsAt(location: string, ecosystems: readonly string[], offline: boolean): Promise<UpdateTarget[]> {
  const [, named, rest] = /^([a-z-]+)=(.+)$/.exec(location) ?? [];
  const kinds = named === undefined ? feeds : feeds.filter(({ name }) => name === named);
  if (kinds.length === 0) throw unknownFeed(named ?? '');
  const source = feedSource(rest ?? location, offline);
  const names = await source.list();
  if (names === undefined) {
    const wanted = ecosystems.length > 0 ? publishedParts(ecosystems) : kinds.flatMap(({ name }) => wholeParts(name));
    // Without a name for the feed, a server is a copy of the OSV bucket.
    const meant = named === undefined ? ['osv'] : [named];
    return wanted
      .filter(({ feed }) => meant.includes(feed))
      .map(({ feed, part }) => ({ feed: feedNamed(feed), part, source }));
  }
  const targets: UpdateTarget[] = [];
  for (const folder of subfolders.filter((name) => name === '.' || names.includes(name))) {
    const inside = folder === '.' ? source : feedSource(new URL(`${folder}/`, source.url).href);
    const listed = (await inside.list()) ?? [];
    for (const feed of kinds) {
      for (const part of await feed.partsIn(listed, inside)) {
        if (isWanted(feed.name, part, ecosystems)) targets.push({ feed, part, source: inside });
      }
    }
  }
  return targets;
}

/** What to fetch from where it is published, for ecosystems by name. */
export function publishedTargets(
  ecosystems: readonly string[],
  homes: Readonly<Partial<Record<string, string>>>,
  offline: boolean,
): UpdateTarget[] {
  const parts = ecosystems.length === 0 ? [...wholeParts('kev'), ...wholeParts('epss')] : publishedParts(ecosystems);
  return parts.map(({ feed, part }) => publishedTarget(feed, part, homes, offline));
}

/** One part of a feed, from where it is published or where the user says that it is instead. */
export function publishedTarget(
  name: FeedName,
  part: string,
  homes: Readonly<Partial<Record<string, string>>>,
  offline: boolean,
): UpdateTarget {
  const feed = feedNamed(name);
  return { feed, part, source: feedSource(homes[name] ?? feed.home, offline) };
}

/** What is there already, from where it came. What is stored of a place has no password; where the user names it, it may. */
export function knownTargets(
  snapshots: readonly SnapshotFacts[],
  homes: Readonly<Partial<Record<string, string>>>,
  offline: boolean,
): UpdateTarget[] {
  return snapshots.map(({ feed, part, source }) => {
    const home = homes[feed] === undefined ? undefined : feedSource(homes[feed], offline);
    return { feed: feedNamed(feed), part, source: home?.url === source ? home : feedSource(source, offline) };
  });
}

interface NamedPart {
  readonly feed: FeedName;
  readonly part: string;
}

/** Feeds without parts. */
function wholeParts(feed: FeedName): NamedPart[] {
  return feed === 'kev' || feed === 'epss' || feed === 'debian-tracker' ? [{ feed, part: '' }] : [];
}

/** Whether a name is that of a feed with parts, which says nothing of which of them are meant. */
export function isFeedWithParts(name: string): boolean {
  const feed = feeds.find((candidate) => candidate.name === name);
  return feed !== undefined && wholeParts(feed.name).length === 0;
}

const alpineBranch = /^Alpine:(v?\d+\.\d+|edge)$/;

/** The parts that an ecosystem's name stands for; a feed's own name stands for all of it. */
function publishedParts(ecosystems: readonly string[]): NamedPart[] {
  return ecosystems.flatMap((name): NamedPart[] => {
    const whole = feeds.find((feed) => feed.name === name);
    if (whole !== undefined) return wholeParts(whole.name);
    const branch = alpineBranch.exec(name)?.[1];
    if (branch !== undefined) return [{ feed: 'alpine-secdb', part: branch.replace(/^(?=\d)/, 'v') }];
    const osv: NamedPart = { feed: 'osv', part: name.split(':', 1)[0] ?? name };
    return name.startsWith('Debian') ? [osv, { feed: 'debian-tracker', part: '' }] : [osv];
  });
}

function isWanted(feed: FeedName, part: string, ecosystems: readonly string[]): boolean {
  if (ecosystems.length === 0) return true;
  // "Alpine" alone means all of its branches.
  if (feed === 'alpine-secdb' && ecosystems.includes('Alpine')) return true;
  return publishedParts(ecosystems).some((wanted) => wanted.feed === feed && wanted.part === part);
}

function feedNamed(name: string): Feed {
  const feed = feeds.find((candidate) => candidate.name === name);
  if (feed === undefined) throw unknownFeed(name);
  return feed;
}

function unknownFeed(name: string) {
  return advisoryError('feed-unknown', `there is no feed "${name}"`, {
    hint: `choose from: ${feeds.map((feed) => feed.name).join(', ')}`,
  });
}
