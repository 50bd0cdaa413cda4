import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { collect } from '#kit/bytes.ts';
import { chunkBytes } from '#kit/inflate.ts';
import { imageError } from './errors.ts';

/** Named files that can be read independently: a folder, or a tar archive. */
export interface FileSet {
  /** Names of all files; nothing for a folder, which is not looked through. */
  names?(): readonly string[];
  /** Size in bytes, or nothing if there is no such file. */
  size(path: string): Promise<number | undefined>;
  open(path: string): AsyncIterable<Buffer>;
  close(): Promise<void>;
}

/** The files below a folder. */
export function folderFiles(folder: string): FileSet {
  return {
    async size(path) {
      const found = await stat(join(folder, path)).catch(() => undefined);
      return found?.isFile() === true ? found.size : undefined;
    },
    open: (path) => createReadStream(join(folder, path), { highWaterMark: chunkBytes }),
    close: () => Promise.resolve(),
  };
}

/** A small file whole, or nothing if it is not there. @throws `source-unreadable` if it has more than `limit` bytes */
export async function readSmall(files: FileSet, path: string, limit: number): Promise<Buffer | undefined> {
  if ((await files.size(path)) === undefined) return undefined;
  const bytes = await collect(files.open(path), limit);
  if (bytes === undefined) throw imageError('source-unreadable', `${path} has more than ${limit} bytes`);
  return bytes;
}

/** What is made of the files, which keeps them open; if it cannot be made, they are closed. */
export async function openIn<Opened>(files: FileSet, open: (files: FileSet) => Promise<Opened>): Promise<Opened> {
  try {
    return await open(files);
  } catch (error) {
    await files.close();
    throw error;
  }
}
