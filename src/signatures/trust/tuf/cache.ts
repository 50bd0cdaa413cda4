import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isTemporary, writeAtomically } from '#kit/atomic-file.ts';
import { readCached, writeCached, type Cached } from './cached.ts';
import type { Trusted } from './trusted.ts';

/** What is kept of one mirror. */
export interface TrustCache {
  /** The newest that was kept and can be read; nothing if there is none. Never fails. */
  load(anchor: string): Promise<Cached | undefined>;
  /** Keeps what was verified. @throws what the file system says */
  keep(cached: Cached): Promise<void>;
}

/**
 * A folder that any number of processes may use at once, without locks. Each state is one file, written in one step, and named by
 * the versions in it: who is late writes a lower name, so that nobody ever sees older metadata than before.
 *
 * @param folder of all mirrors; each has its own in it
 */
export function openCache(folder: string, mirror: string): TrustCache {
  const own = join(folder, nameOf(mirror));
  return {
    async load(anchor) {
      // A newer state may take the place of the one that was listed.
      for (let attempts = 0; attempts < 3; attempts++) {
        const found = await loadOnce(own, anchor);
        if (found !== 'vanished') return found;
      }
      return undefined;
    },
    async keep(cached) {
      const name = stateName(cached.trusted);
      await writeAtomically(join(own, name), writeCached(cached));
      const older = (await list(own)).filter((other) => compareStates(other, name) < 0);
      for (const other of older) await rm(join(own, other), { force: true });
      await removeAbandoned(own);
    },
  };
}

/** More than one is there only while it is being replaced, or if another is broken. */
const mostStates = 8;
/** In bytes. The public instance needs 50 KB. */
const largestState = 32 << 20;
/** Milliseconds after which a file that a killed process left half written is removed. */
const abandonedAfter = 3_600_000;

/** The newest state that is what its name says; else, the newest of which a part can still be used. */
async function loadOnce(folder: string, anchor: string): Promise<Cached | 'vanished' | undefined> {
  let partial: Cached | undefined;
  for (const name of (await list(folder)).slice(0, mostStates)) {
    const text = await readBounded(join(folder, name));
    if (text === undefined) return 'vanished';
    const cached = readCached(text, anchor);
    if (cached !== undefined && stateName(cached.trusted) === name) return cached;
    partial ??= cached;
  }
  return partial;
}

function nameOf(mirror: string): string {
  const address = mirror.replace(/\/+$/, '');
  const readable = address.replace(/^\w+:\/\//, '').replaceAll(/[^\w.-]+/g, '-');
  return `${readable.slice(0, 64)}-${createHash('sha256').update(address).digest('hex').slice(0, 12)}`;
}

function stateName({ root, timestamp, snapshot, targets }: Trusted): string {
  const versions = [root, timestamp, snapshot, targets].map((metadata) => metadata?.version ?? 0);
  return `${versions.join('.')}.json`;
}

/** Root first: when its keys change, the other versions may begin anew (TUF §5.3.11). */
function compareStates(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => name.split('.').slice(0, 4).map(Number));
  for (let index = 0; index < 4; index++) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The states that are there, the newest first. */
async function list(folder: string): Promise<string[]> {
  const names = await namesIn(folder);
  return names.filter((name) => /^(?:\d{1,16}\.){4}json$/.test(name)).toSorted((a, b) => compareStates(b, a));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}

/** @returns nothing if it is not there; an empty text, which is no state, if it cannot be read or is too large to be one */
async function readBounded(path: string): Promise<string | undefined> {
  try {
    return (await stat(path)).size > largestState ? '' : await readFile(path, 'utf8');
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? undefined : '';
  }
}

async function removeAbandoned(folder: string): Promise<void> {
  for (const name of (await namesIn(folder)).filter(isTemporary)) {
    const path = join(folder, name);
    try {
      if (Date.now() - (await stat(path)).mtimeMs > abandonedAfter) await rm(path, { force: true });
    } catch {
      // Its writer has just finished, or another has removed it.
    }
  }
}
