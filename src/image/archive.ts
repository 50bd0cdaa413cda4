import { open, type FileHandle } from 'node:fs/promises';
import { BullaError, messageOf } from '#kit/error.ts';
import { chunkBytes } from '#kit/inflate.ts';
import { compressionOf, decompress } from './compression.ts';
import { imageError } from './errors.ts';
import type { FileSet } from './file-set.ts';
import { spool } from '#kit/spool.ts';
import type { Cursor } from './tar/cursor.ts';
import { cleanPath, readEntries } from './tar/read.ts';

interface Span {
  readonly offset: number;
  readonly size: number;
}

/**
 * The files in a tar archive, read where they lie. An archive that is compressed as a whole is first decompressed into a
 * temporary file.
 *
 * @throws `source-not-found`, `archive-invalid`
 */
export async function openArchive(path: string): Promise<FileSet> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    throw imageError('source-not-found', `${path} cannot be opened: ${messageOf(error)}`, {
      hint: 'check the path',
      cause: error,
    });
  }
  if ((await file.stat()).isDirectory()) {
    await file.close();
    throw imageError('archive-invalid', `${path} is a folder, not an archive`, {
      hint: 'write oci:PATH if it is an OCI layout, or dir:PATH if it is a root file system',
    });
  }
  try {
    return await archiveFiles(await decompressed(file));
  } catch (error) {
    if (!(error instanceof BullaError))
      throw imageError('archive-invalid', `${path} cannot be read: ${messageOf(error)}`);
    throw imageError('archive-invalid', `${path} is not an image archive: ${error.message}`, {
      hint: 'make it with docker save, podman save or skopeo copy',
    });
  }
}

/** The files of an open tar. Closing them closes it, and so does a failure. */
export async function archiveFiles(file: FileHandle): Promise<FileSet> {
  try {
    const spans = await indexTar(file);
    return {
      names: () => [...spans.keys()],
      size: (path) => Promise.resolve(spans.get(path)?.size),
      open: (path) => readSpan(file, spans.get(path) ?? { offset: 0, size: 0 }),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The file itself, or the tar that was compressed in it; then the file is closed. */
async function decompressed(file: FileHandle): Promise<FileHandle> {
  let tar: FileHandle | undefined;
  try {
    const { size } = await file.stat();
    const start = Buffer.alloc(8);
    await file.read(start, 0, start.length, 0);
    tar = compressionOf(start) === 'none' ? file : await spool(decompress(readSpan(file, { offset: 0, size }), size));
    return tar;
  } finally {
    if (tar !== file) await file.close();
  }
}

/** Where each file lies. Links are followed: `docker save` wrote a layer that two images share as a link to the first. */
async function indexTar(file: FileHandle): Promise<Map<string, Span>> {
  const spans = new Map<string, Span>();
  const links = new Map<string, string>();
  await readEntries(fileCursor(file, (await file.stat()).size), ({ path, kind, offset, size, target }) => {
    if (kind === 'file') spans.set(path, { offset, size });
    else if (kind === 'hardlink') links.set(path, target);
    else if (kind === 'symlink') links.set(path, cleanPath(`${path}/../${target}`));
    return undefined;
  });
  for (const [path, target] of links) {
    const span = spans.get(target);
    if (span !== undefined) spans.set(path, span);
  }
  return spans;
}

async function* readSpan(file: FileHandle, { offset, size }: Span): AsyncGenerator<Buffer> {
  for (let done = 0; done < size;) {
    const buffer = Buffer.allocUnsafeSlow(Math.min(chunkBytes, size - done));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset + done);
    if (bytesRead === 0) return;
    done += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** A cursor that passes over content without reading it. */
function fileCursor(file: FileHandle, size: number): Cursor {
  let offset = 0;
  return {
    get offset() {
      return offset;
    },
    async peek(count) {
      const buffer = Buffer.alloc(Math.min(count, Math.max(0, size - offset)));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
      return buffer.subarray(0, bytesRead);
    },
    pass(count) {
      offset += count;
      return Promise.resolve(offset <= size);
    },
  };
}
