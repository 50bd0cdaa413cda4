import { dirname } from 'node:path';
import { replaceAtomically } from '#kit/atomic-file.ts';
import { messageOf } from '#kit/error.ts';
import { advisoryError } from '#advisories/errors.ts';

/**
 * Puts a file of the database in place whole, or leaves what was there.
 * @throws `database-unwritable`, and whatever `make` throws
 */
export function replaceFile<Result>(path: string, make: (temporary: string) => Promise<Result>): Promise<Result> {
  return changing(path, () => replaceAtomically(path, make));
}

/** Does something to a file of the database. @throws `database-unwritable`, and whatever else `work` throws */
export async function changing<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const folder = dirname(path);
    if (!isWriteError(error, folder)) throw error;
    throw advisoryError('database-unwritable', `${folder} cannot be written: ${messageOf(error)}`, {
      hint: 'is it yours, and is there space on the disk? another folder: --database DIR',
      cause: error,
    });
  }
}

/** What the system or SQLite says of the disk; errors of feeds, and defects of ours, are none of these. */
function isWriteError(error: unknown, folder: string): boolean {
  if (!(error instanceof Error)) return false;
  if ('errcode' in error) return sqliteDiskErrors.has(Number(error.errcode) & 0xff);
  if (!('syscall' in error)) return false;
  const path = 'path' in error ? String(error.path) : undefined;
  if (path === undefined) return error.syscall === 'write' || error.syscall === 'fsync';
  return path.startsWith(folder) || folder.startsWith(path);
}

/** PERM, READONLY, IOERR, FULL, CANTOPEN: https://sqlite.org/rescode.html */
const sqliteDiskErrors: ReadonlySet<number> = new Set([3, 8, 10, 13, 14]);
