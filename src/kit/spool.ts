import { randomBytes } from 'node:crypto';
import { openSync, unlinkSync, type PathLike } from 'node:fs';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Puts a stream into a temporary file, for what must be read at random and may be too large to hold. The file has no name any
 * more by the time this returns, so that nothing is left behind however the process ends.
 */
export async function spool(bytes: AsyncIterable<Buffer>): Promise<FileHandle> {
  const path = temporaryPath();
  const file = await open(path, 'wx+', 0o600);
  try {
    await unlink(path);
    await file.writeFile(bytes);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** An empty nameless file, for writers that cannot wait; returns its descriptor, which the caller closes. */
export function openNamelessSync(): number {
  const path: PathLike = temporaryPath();
  const descriptor = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return descriptor;
}

function temporaryPath(): string {
  return join(tmpdir(), `bulla-${randomBytes(8).toString('hex')}`);
}
