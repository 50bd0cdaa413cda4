import { randomBytes } from 'node:crypto';
import { link, lstat, open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '#kit/atomic-file.ts';
import { BullaError, messageOf } from '#kit/error.ts';
import { signatureError } from '#signatures/errors.ts';

/** A file that must not be there yet. */
export interface NewFile {
  readonly path: string;
  readonly content: string;
  /** Permissions. */
  readonly mode: number;
}

/** Refuses to go on where a file is there already, before anybody is asked for a password. @throws `key-exists` */
export async function checkAbsent(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    // A link that leads nowhere is something, too.
    const found = await lstat(path).catch(() => undefined);
    if (found !== undefined) throw exists(path);
  }
}

/**
 * Writes files of keys, all or none, each whole or not at all, and never over another one: beside their place first, synced, then
 * linked there, which fails if the place is taken, even by someone who was a moment faster.
 * @throws `key-exists`, `key-unwritable`
 */
export async function writeNewFiles(files: readonly NewFile[]): Promise<void> {
  const placed: string[] = [];
  const temporaries: string[] = [];
  try {
    for (const { path, content, mode } of files) {
      const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`);
      await makeFolder(dirname(path));
      temporaries.push(temporary);
      await writeSynced(temporary, content, mode);
    }
    for (const [index, { path }] of files.entries()) {
      await link(temporaries[index] ?? '', path).catch((error: unknown) => {
        throw error instanceof Error && 'code' in error && error.code === 'EEXIST' ? exists(path) : error;
      });
      placed.push(path);
    }
  } catch (error) {
    await removeAll(placed);
    if (error instanceof BullaError) throw error;
    const path = files.find((file) => !placed.includes(file.path))?.path ?? '';
    throw signatureError('key-unwritable', `${path} cannot be written: ${messageOf(error)}`, {
      hint: 'check the path and its permissions: --output PREFIX',
    });
  } finally {
    await removeAll(temporaries);
  }
}

async function writeSynced(path: string, content: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function removeAll(paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map((path) => rm(path, { force: true })));
}

function exists(path: string) {
  return signatureError('key-exists', `${path} is there already`, {
    hint: 'keys are never overwritten; choose another name: --output PREFIX',
  });
}
