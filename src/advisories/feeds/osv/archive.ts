import { inFile } from '#kit/bytes.ts';
import { openEntry } from '#kit/zip/content.ts';
import { readDirectory } from '#kit/zip/directory.ts';
import { advisoryError } from '#advisories/errors.ts';

/** The largest real record has some 5 MB. */
const recordBytes = 64 << 20;
/** The largest ecosystem has some 300,000 records. */
const limits = { entries: 5_000_000, directoryBytes: 1 << 30 };

/**
 * Reads the records of an `all.zip`, one after the other.
 * @param descriptor of the archive; stays open
 * @throws `feed-invalid`
 */
export function* readArchive(descriptor: number, size: number): Generator<Buffer> {
  const archive = inFile(descriptor, size);
  const { entries, problem } = readDirectory(archive, limits);
  if (problem !== undefined) throw invalid(problem);
  for (const entry of entries) {
    if (!entry.name.endsWith('.json')) continue;
    const { bytes, problem: damage } = openEntry(archive, entry, recordBytes);
    if (bytes === undefined) throw invalid(`${entry.name}: ${damage}`);
    yield bytes.read(0, bytes.size);
  }
}

function invalid(problem: string) {
  return advisoryError('feed-invalid', `the archive of the feed cannot be read: ${problem}`, {
    hint: 'fetch it again',
  });
}
