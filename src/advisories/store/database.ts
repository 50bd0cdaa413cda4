import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isTemporary } from '#kit/atomic-file.ts';
import { digestOf, shortDigest } from '#kit/digest.ts';
import { changing } from './replace-file.ts';
import type { SnapshotFacts } from './snapshot.ts';
import { openSnapshot, type Snapshot } from './snapshot-file.ts';

/**
 * The local database: a folder with one file a snapshot, `FEED/PART~SOURCE.sqlite`. The folder is the index, so that replacing a
 * file is all that an update has to do, and any number of processes may read while one writes.
 */
export interface SnapshotLocation {
  readonly feed: string;
  readonly part: string;
  readonly path: string;
}

const suffix = '.sqlite';
const oldPartAge = 24 * 3600 * 1000;

/** Where the snapshot of a part from a source lies. */
export function snapshotPath(folder: string, feed: string, part: string, source: string): string {
  return join(folder, feed, `${encodeURIComponent(part)}~${shortDigest(digestOf(source))}${suffix}`);
}

/** Every snapshot that there is, in a fixed order. A folder that is not there yet holds none. */
export async function listSnapshots(folder: string): Promise<SnapshotLocation[]> {
  const found: SnapshotLocation[] = [];
  for (const feed of (await namesIn(folder)).toSorted()) {
    for (const name of (await namesIn(join(folder, feed))).toSorted()) {
      if (!name.endsWith(suffix) || isTemporary(name)) continue;
      const part = decodeURIComponent(name.slice(0, name.lastIndexOf('~')));
      found.push({ feed, part, path: join(folder, feed, name) });
    }
  }
  return found;
}

/** Removes what killed imports have left. @throws `database-unwritable` */
export async function removeLeftovers(folder: string, now: number): Promise<void> {
  for (const feed of await namesIn(folder)) {
    for (const name of (await namesIn(join(folder, feed))).filter(isTemporary)) {
      const path = join(folder, feed, name);
      const found = await stat(path).catch(() => undefined);
      // A younger one may belong to an import that is under way.
      if (found !== undefined && now - found.mtimeMs > oldPartAge)
        await changing(path, () => rm(path, { force: true }));
    }
  }
}

/** Opens all snapshots of one part of a feed; there are several if it came from several sources. */
export function openPart(snapshots: readonly SnapshotLocation[], feed: string, part: string): Snapshot[] {
  return snapshots.filter((one) => one.feed === feed && one.part === part).map(({ path }) => openSnapshot(path));
}

/** What is known of a snapshot; nothing if it cannot be read. */
export function readSnapshotFacts({ path }: SnapshotLocation): SnapshotFacts | undefined {
  try {
    const snapshot = openSnapshot(path);
    snapshot.close();
    return snapshot.facts;
  } catch {
    return undefined;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
