import { readSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { fromFd, type Entry, type ZipFile } from 'yauzl';
import { messageOf } from '#kit/error.ts';
import { advisoryError } from '#advisories/errors.ts';

/** The largest real record has some 5 MB. */
const longestEntry = 64 << 20;
const mostEntries = 5_000_000;
const localHeaderBytes = 30;

/**
 * Reads every file of a zip archive, one after the other. The directory is yauzl's work; the content is inflated in one piece,
 * because for 300,000 small files setting up streams costs more than all the rest.
 *
 * @param file descriptor of the archive; stays open
 * @throws `feed-invalid`, `feed-too-large`
 */
export async function* readZip(file: number): AsyncGenerator<{ name: string; content: Buffer }> {
  const zip = await openZip(file);
  if (zip.entryCount > mostEntries) throw advisoryError('feed-too-large', `the archive has ${zip.entryCount} files`);
  for (let entry = await nextEntry(zip); entry !== undefined; entry = await nextEntry(zip)) {
    if (!entry.fileName.endsWith('/')) yield { name: entry.fileName, content: contentOf(file, entry) };
  }
}

function openZip(file: number): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    fromFd(file, { lazyEntries: true, autoClose: false }, (error, zip) => {
      if (error === null) resolve(zip);
      else reject(invalid(messageOf(error)));
    });
  });
}

function nextEntry(zip: ZipFile): Promise<Entry | undefined> {
  return new Promise((resolve, reject) => {
    zip.removeAllListeners();
    zip.once('entry', resolve);
    zip.once('end', () => resolve(undefined));
    zip.once('error', (error) => reject(invalid(messageOf(error))));
    zip.readEntry();
  });
}

function contentOf(file: number, entry: Entry): Buffer {
  if (entry.uncompressedSize > longestEntry || entry.compressedSize > longestEntry) {
    throw advisoryError('feed-too-large', `${entry.fileName} has ${entry.uncompressedSize} bytes`);
  }
  const header = read(file, localHeaderBytes, entry.relativeOffsetOfLocalHeader);
  const start =
    entry.relativeOffsetOfLocalHeader + localHeaderBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
  const stored = read(file, entry.compressedSize, start);
  if (entry.compressionMethod === 0) return stored;
  try {
    return inflateRawSync(stored, { maxOutputLength: Math.max(1, entry.uncompressedSize) });
  } catch (error) {
    throw invalid(`${entry.fileName}: ${messageOf(error)}`);
  }
}

function read(file: number, length: number, position: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  if (readSync(file, buffer, 0, length, position) !== length) throw invalid('it ends too early');
  return buffer;
}

function invalid(problem: string) {
  return advisoryError('feed-invalid', `the archive of the feed is damaged: ${problem}`, { hint: 'fetch it again' });
}
