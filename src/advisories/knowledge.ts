import type { Advisory, AdvisoryRecord, ExploitedEntry, ExploitPrediction } from './advisory.ts';
import type { FeedName } from './feeds/feed.ts';
import { listSnapshots, openPart } from './store/database.ts';
import type { SnapshotFacts } from './store/snapshot.ts';
import type { Snapshot } from './store/snapshot-file.ts';

/** An advisory, the record that it belongs to, and where it was found. */
export interface SourcedAdvisory {
  readonly advisory: Advisory;
  readonly record: AdvisoryRecord;
  readonly feed: FeedName;
  /** URL of the snapshot's source. */
  readonly source: string;
}

/** Everything that the local database knows, opened part by part as it is asked for. */
export interface Knowledge {
  /** Whether this part of a feed is there and, if an ecosystem is named, speaks of that. */
  has(feed: FeedName, part: string, ecosystem?: string): boolean;
  /** What is said of packages of these names. Where several sources have the same record, the newest version of it counts. */
  advisories(feed: FeedName, part: string, ecosystem: string, names: readonly string[]): SourcedAdvisory[];
  /** A record by its id. */
  record(feed: FeedName, part: string, id: string): AdvisoryRecord | undefined;
  exploited(cves: readonly string[]): ReadonlyMap<string, ExploitedEntry>;
  predictions(cves: readonly string[]): ReadonlyMap<string, ExploitPrediction>;
  /** What is known of the snapshots of a part; none if there are none. */
  facts(feed: FeedName, part: string): readonly SnapshotFacts[];
  close(): void;
}

/**
 * Opens the database in a folder for reading; one that is not there is an empty one.
 * @throws `database-unreadable`, here or when a damaged part is asked
 */
export async function openKnowledge(folder: string): Promise<Knowledge> {
  const locations = await listSnapshots(folder);
  const opened = new Map<string, readonly Snapshot[]>();

  function snapshots(feed: FeedName, part: string): readonly Snapshot[] {
    const key = `${feed} ${part}`;
    const known = opened.get(key);
    if (known !== undefined) return known;
    const fresh = openPart(locations, feed, part);
    opened.set(key, fresh);
    return fresh;
  }

  return {
    has: (feed, part, ecosystem) =>
      locations.some((one) => one.feed === feed && one.part === part) &&
      (ecosystem === undefined || snapshots(feed, part).some((snapshot) => snapshot.covers(ecosystem))),
    advisories: (feed, part, ecosystem, names) =>
      newest(
        snapshots(feed, part).flatMap((snapshot) => sourced(snapshot, feed, snapshot.advisoriesFor(ecosystem, names))),
      ),
    record: (feed, part, id) =>
      snapshots(feed, part)
        .map((snapshot) => snapshot.records([id]).get(id))
        .find((found) => found !== undefined),
    exploited: (cves) => byCve(snapshots('kev', '').flatMap((snapshot) => snapshot.exploited(cves))),
    predictions: (cves) => byCve(snapshots('epss', '').flatMap((snapshot) => snapshot.predictions(cves))),
    facts: (feed, part) => snapshots(feed, part).map(({ facts }) => facts),
    close: () => {
      for (const snapshot of [...opened.values()].flat()) snapshot.close();
    },
  };
}

function sourced(snapshot: Snapshot, feed: FeedName, advisories: readonly Advisory[]): SourcedAdvisory[] {
  const records = snapshot.records([...new Set(advisories.map(({ record }) => record))]);
  return advisories.flatMap((advisory) => {
    const record = records.get(advisory.record);
    return record === undefined ? [] : [{ advisory, record, feed, source: snapshot.facts.source }];
  });
}

/** Leaves out what an older version of the same record says of the same package. */
function newest(found: readonly SourcedAdvisory[]): SourcedAdvisory[] {
  const latest = new Map<string, string>();
  const keyOf = ({ advisory }: SourcedAdvisory) => `${advisory.record} ${advisory.package}`;
  for (const one of found) {
    const modified = `${one.record.modified} ${one.source}`;
    if (modified > (latest.get(keyOf(one)) ?? '')) latest.set(keyOf(one), modified);
  }
  return found.filter((one) => latest.get(keyOf(one)) === `${one.record.modified} ${one.source}`);
}

function byCve<Entry extends { readonly cve: string }>(entries: readonly Entry[]): Map<string, Entry> {
  return new Map(entries.map((entry) => [entry.cve, entry]));
}
