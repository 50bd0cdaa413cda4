import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf, hexOf } from '#kit/digest.ts';
import { writeAtomically } from '#kit/atomic-file.ts';

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
