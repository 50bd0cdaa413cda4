import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { replaceAtomically } from '#kit/atomic-file.ts';
import { messageOf } from '#kit/error.ts';
import { advisoryError } from '#advisories/errors.ts';
import { listSnapshots } from './database.ts';
import { replaceFile } from './replace-file.ts';
import { openSnapshot } from './snapshot-file.ts';

const block = 512;

/**
 * Writes the whole database into one compressed tar, to be carried where there is no network.
 * @returns how many snapshots it has
 * @throws `database-unreadable`, and what the system says if the file cannot be written
 */
export async function exportDatabase(folder: string, path: string): Promise<number> {
  const snapshots = await listSnapshots(folder);
  await replaceAtomically(path, (temporary) =>
    pipeline(
      async function* tar() {
        for (const { feed, path: file } of snapshots) yield* member(`${feed}/${basename(file)}`, file);
        // Two empty blocks end a tar.
        yield Buffer.alloc(2 * block);
      },
      createGzip({ level: 6 }),
      createWriteStream(temporary),
    ),
  );
  return snapshots.length;
}

/** An archive that was opened: the files in it. */
export interface DatabaseArchive {
  names?(): readonly string[];
  open(name: string): AsyncIterable<Buffer>;
}

/**
 * Takes over what {@link exportDatabase} wrote. Each snapshot replaces its predecessor whole, or not at all if it cannot be read.
 * @param path how to call the archive in errors
 * @returns how many snapshots it had
 * @throws `database-archive-invalid`, `database-unreadable`, `database-unwritable`
 */
export async function importDatabase(folder: string, path: string, archive: DatabaseArchive): Promise<number> {
  const names = (archive.names?.() ?? []).filter((name) => snapshotName.test(name));
  if (names.length === 0) {
    throw notExported(path);
  }
  for (const name of names) {
    await replaceFile(join(folder, name), async (temporary) => {
      await pipeline(Readable.from(archive.open(name)), createWriteStream(temporary));
      openSnapshot(temporary).close();
    });
  }
  return names.length;
}

/** The error for a file that {@link exportDatabase} did not write, or of which a part is lost. */
export function notExported(path: string, cause?: unknown) {
  return advisoryError('database-archive-invalid', `${path} is not an exported database, or not a whole one`, {
    hint: 'bulla db export writes one; a folder of feeds is read by: bulla db update --from DIR',
    cause,
  });
}

/** A path in an exported database: a feed, and the file of a snapshot. */
const snapshotName = /^[a-z-]+\/[^/]*~[0-9a-f]{12}\.sqlite$/;

async function* member(name: string, path: string): AsyncGenerator<Buffer> {
  try {
    const { size } = await stat(path);
    yield header(name, size);
    yield* createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
    yield Buffer.alloc((block - (size % block)) % block);
  } catch (error) {
    throw advisoryError('database-unreadable', `${path} cannot be read: ${messageOf(error)}`, { hint: 'is it yours?' });
  }
}

/** A POSIX ustar header of a plain file. */
function header(name: string, size: number): Buffer {
  const bytes = Buffer.alloc(block);
  const put = (text: string, offset: number) => bytes.write(text, offset, 'latin1');
  put(name, 0);
  put('0000644\0', 100);
  put('0000000\0', 108);
  put('0000000\0', 116);
  put(`${size.toString(8).padStart(11, '0')}\0`, 124);
  put('00000000000\0', 136);
  put('        ', 148);
  put('0', 156);
  put('ustar\u000000', 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}
