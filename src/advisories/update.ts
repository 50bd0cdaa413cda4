import { constants, copyFile } from 'node:fs/promises';
import { advisoryError } from './errors.ts';
import type { Feed, FeedRequest } from './feeds/feed.ts';
import type { FeedSource } from './feeds/source.ts';
import { snapshotPath } from './store/database.ts';
import { replaceFile } from './store/replace-file.ts';
import { writeSnapshot, type SnapshotFacts } from './store/snapshot.ts';
import { openSnapshot, type Snapshot } from './store/snapshot-file.ts';

/** How much of a feed may vanish from one version to the next before it is taken for a mistake. */
const toleratedLoss = 0.1;

export interface UpdateOptions {
  /** Folder of the database. */
  readonly folder: string;
  /** The present, RFC 3339. */
  readonly now: string;
  readonly progress: FeedRequest['progress'];
}

export interface UpdatedPart {
  readonly facts: SnapshotFacts;
  /** Whether there was anything new. */
  readonly changed: boolean;
}

/**
 * Brings one part of a feed up to date, from one source. It is replaced whole or stays as it was, and one that has suddenly
 * become much smaller is refused.
 *
 * @throws `feed-shrunk`, `database-unwritable`, and every error of the feed
 */
export async function updatePart(
  feed: Feed,
  part: string,
  source: FeedSource,
  { folder, now, progress }: UpdateOptions,
): Promise<UpdatedPart> {
  const path = snapshotPath(folder, feed.name, part, source.url);
  const previous = openPrevious(path);
  try {
    const update = await feed.update({ part, source, progress, previous });
    const facts = await replaceFile(path, async (temporary) => {
      const startsFromPrevious = update.kind === 'unchanged' || update.startsFrom === 'previous';
      if (startsFromPrevious) await copyFile(path, temporary, constants.COPYFILE_FICLONE);
      const written = await writeSnapshot(temporary, async (writer) => {
        const kept = { etag: previous?.facts.etag, newest: previous?.facts.newest };
        const fresh = update.kind === 'unchanged' ? kept : await update.write(writer);
        return { ...fresh, feed: feed.name, part, source: source.url, checked: now };
      });
      refuseLoss(previous?.facts, written);
      return written;
    });
    return { facts, changed: update.kind === 'changed' };
  } finally {
    previous?.close();
  }
}

/** The earlier snapshot; one that cannot be read is as good as none, and will be replaced. */
function openPrevious(path: string): Snapshot | undefined {
  try {
    return openSnapshot(path);
  } catch {
    return undefined;
  }
}

function refuseLoss(previous: SnapshotFacts | undefined, fresh: SnapshotFacts): void {
  if (previous === undefined || fresh.records >= previous.records * (1 - toleratedLoss)) return;
  const name = `${fresh.feed} ${fresh.part}`.trim();
  const loss = `${fresh.records} records, where there were ${previous.records}`;
  throw advisoryError('feed-shrunk', `${name} from ${fresh.source} has only ${loss}; the old ones are kept`, {
    hint: `if the source is right, drop the old ones first: bulla db prune ${fresh.part}`.trim(),
  });
}
