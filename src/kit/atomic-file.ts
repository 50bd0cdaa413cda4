import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file so that others see either the old one or the new one whole, even if this process is killed: beside it first,
 * synced, then renamed. Missing folders are made.
 */
export async function writeAtomically(path: string, content: Uint8Array | string, mode = 0o644): Promise<void> {
  await replaceAtomically(path, (temporary) => writeFile(temporary, content, { flag: 'wx', mode }));
}

/**
 * Lets `make` build a file under a temporary name in the same folder, then puts it in place of `path` in one step.
 * If `make` fails, nothing is left behind and `path` is as it was.
 */
export async function replaceAtomically<T>(path: string, make: (temporary: string) => Promise<T>): Promise<T> {
  const folder = dirname(path);
  await makeFolder(folder);
  const temporary = join(folder, temporaryName(basename(path)));
  try {
    const result = await make(temporary);
    await sync(temporary);
    await rename(temporary, path);
    // A rename is only sure to outlive a power cut once its folder is synced.
    await sync(folder);
    return result;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Makes a folder, and those above it. Node's own recursive form never ends where the system refuses a new folder as if the one
 * above were missing, as it does in /proc.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const isThere = (await stat(path).catch(() => undefined))?.isDirectory() === true;
    if (isThere) return;
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const above = dirname(path);
    if (!isMissing || above === path || (await stat(above).catch(() => undefined)) !== undefined) throw error;
    await makeFolder(above);
    // Another process may have been quicker.
    await makeFolder(path);
  }
}

/** Whether a file name is one that a killed process may have left; such files may be removed when they are old. */
export function isTemporary(name: string): boolean {
  return /^\..+\.[0-9a-f]{12}\.part$/.test(name);
}

function temporaryName(name: string): string {
  return `.${name}.${randomBytes(6).toString('hex')}.part`;
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
