import { open, type FileHandle } from 'node:fs/promises';
import { collect } from '#kit/bytes.ts';
import { mapConcurrently } from '#kit/concurrency.ts';
import { parseJson } from '#kit/narrow.ts';
import { spool } from '#kit/spool.ts';
import { advisoryError } from '#advisories/errors.ts';
import type { Feed, FeedRequest, FeedUpdate, WrittenFacts } from '#advisories/feeds/feed.ts';
import type { SourceContent } from '#advisories/feeds/source.ts';
import type { SnapshotWriter } from '#advisories/store/snapshot.ts';
import { readArchive } from './archive.ts';
import { changedRecords } from './changes.ts';
import { readOsvRecord } from './record.ts';

/** Beyond this many changed records the whole archive is the shorter way. */
const mostSingleRecords = 2000;
const recordBytes = 64 << 20;
/** A feed with more unreadable records than this share is damaged. */
const toleratedShare = 0.01;

/**
 * The OSV bucket: an archive of all records an ecosystem, `all.zip`, and beside it `modified_id.csv`, by which single records are
 * fetched afterwards. Its root archive of everything is never fetched.
 */
export const osv: Feed = {
  name: 'osv',
  home: 'https://storage.googleapis.com/osv-vulnerabilities/',
  async partsIn(names, source) {
    const found: string[] = [];
    for (const name of names) {
      // An entry of the bucket's list that is no ecosystem: records that name none.
      if (name.startsWith('[')) continue;
      const archive = await source.open(`${name}/all.zip`);
      if (archive.kind === 'content') found.push(name);
    }
    return found;
  },
  async update(request) {
    return (await updateRecords(request)) ?? updateWhole(request);
  },
};

/** Fetches only what has changed; nothing if that is not possible or not worth it. */
async function updateRecords({ part, source, previous, progress }: FeedRequest): Promise<FeedUpdate | undefined> {
  if (previous === undefined || source.url.startsWith('file:')) return undefined;
  const list = await source.open(`${part}/modified_id.csv`);
  if (list.kind !== 'content') return undefined;
  const changed = await changedRecords(list.bytes, previous, mostSingleRecords);
  if (changed === 'too many') return undefined;
  if (changed.length === 0) return { kind: 'unchanged' };
  const { etag, newest } = previous.facts;
  return {
    kind: 'changed',
    startsFrom: 'previous',
    async write(writer) {
      let done = 0;
      await mapConcurrently(changed, 8, async ({ id }) => {
        const file = await source.open(`${part}/${id}.json`);
        const bytes = file.kind === 'content' ? await collect(file.bytes, recordBytes) : undefined;
        const entry = bytes === undefined ? undefined : readOsvRecord(parseJson(bytes), part);
        if (entry !== undefined) writer.putRecord(entry.record, entry.advisories);
        progress(0, undefined, ++done);
      });
      return { etag, newest: latest([newest, ...changed.map(({ modified }) => modified)]) };
    },
  };
}

async function updateWhole({ part, source, previous, progress }: FeedRequest): Promise<FeedUpdate> {
  const archive = await source.open(`${part}/all.zip`, previous?.facts.etag);
  if (archive.kind === 'unchanged') return { kind: 'unchanged' };
  if (archive.kind === 'missing') {
    throw advisoryError('feed-not-found', `${source.url} has no ecosystem "${part}"`, {
      hint: 'ecosystems are written as OSV writes them: Debian, Alpine, npm, PyPI, Maven, Go, crates.io …',
    });
  }
  return {
    kind: 'changed',
    startsFrom: 'nothing',
    async write(writer) {
      const file = await openLocally(archive, progress);
      try {
        return { ...(await readRecords(file, part, writer, progress)), etag: archive.etag };
      } finally {
        await file.close();
      }
    },
  };
}

async function openLocally(archive: SourceContent, progress: FeedRequest['progress']): Promise<FileHandle> {
  return archive.path === undefined ? spool(counted(archive.bytes, archive.size, progress)) : open(archive.path, 'r');
}

async function* counted(bytes: AsyncIterable<Buffer>, size: number | undefined, progress: FeedRequest['progress']) {
  let done = 0;
  for await (const chunk of bytes) {
    progress((done += chunk.length), size, 0);
    yield chunk;
  }
}

async function readRecords(
  file: FileHandle,
  part: string,
  writer: SnapshotWriter,
  progress: FeedRequest['progress'],
): Promise<WrittenFacts> {
  let records = 0;
  let unreadable = 0;
  const modified: string[] = [];
  for (const content of readArchive(file.fd, (await file.stat()).size)) {
    const value = parseJson(content);
    const entry = readOsvRecord(value, part);
    if (entry !== undefined) {
      writer.putRecord(entry.record, entry.advisories);
      modified.push(entry.record.modified);
    } else if (value === undefined) unreadable++;
    if (++records % 500 === 0) {
      progress(0, undefined, records);
      // Lets timers and other imports run.
      await new Promise(setImmediate);
    }
  }
  progress(0, undefined, records);
  if (unreadable > records * toleratedShare) {
    throw advisoryError('feed-invalid', `${unreadable} of ${records} records of ${part} are not JSON`);
  }
  return { newest: latest(modified) };
}

/** The latest of several times, without those in the future, of which some publishers have a few. */
function latest(times: readonly (string | undefined)[]): string | undefined {
  const now = new Date().toISOString();
  const past = times.filter((time) => time !== undefined).filter((time) => time !== '' && time <= now);
  return past.toSorted().at(-1);
}
