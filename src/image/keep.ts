import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf, hexOf } from '#kit/digest.ts';
import { isTemporary, writeAtomically } from '#kit/atomic-file.ts';

/** Results that are kept under the digest of what they were made from. They never change, so they may be kept for ever. */
export interface Keep {
  get(key: string): Promise<Buffer | undefined>;
  /** Keeps a result; that it cannot be kept (a full disk) is no failure. */
  put(key: string, result: Uint8Array): Promise<void>;
}

/**
 * Keeps results as files in a folder, which any number of processes may share: a file is put in place whole, and two that write
 * the same key write the same bytes.
 */
export function folderKeep(folder: string): Keep {
  const pathOf = (key: string) => {
    const name = hexOf(digestOf(key));
    return join(folder, name.slice(0, 2), name);
  };
  return {
    get: (key) => readFile(pathOf(key)).catch(() => undefined),
    put: (key, result) => writeAtomically(pathOf(key), result).catch(() => undefined),
  };
}

/** Keeps nothing. */
export const noKeep: Keep = { get: () => Promise.resolve(undefined), put: () => Promise.resolve() };

/** A result as {@link folderKeep} names it. */
const keptName = /^[0-9a-f]{64}$/;

/**
 * Removes the oldest results of a folder until the others have no more than so many bytes, and what killed processes have left a day
 * ago. For processes that run for long; what is removed is only made again.
 */
export async function pruneKeep(folder: string, mostBytes: number, now: number): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const kept: { readonly path: string; readonly size: number; readonly written: number }[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    // Another process may have removed it.
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) continue;
    if (keptName.test(entry.name)) kept.push({ path, size: found.size, written: found.mtimeMs });
    else if (isTemporary(entry.name) && found.mtimeMs < now - day) await rm(path, { force: true });
  }
  let left = mostBytes;
  for (const { path, size } of kept.toSorted((a, b) => b.written - a.written)) {
    left -= size;
    if (left < 0) await rm(path, { force: true });
  }
}

const day = 86_400_000;
