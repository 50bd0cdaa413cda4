import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { messageOf } from '#kit/error.ts';
import { advisoryError } from '#advisories/errors.ts';
import type { SnapshotWriter } from '#advisories/store/snapshot.ts';
import type { Feed, FeedRequest, WrittenFacts } from './feed.ts';
import { openAny, type SourceContent } from './source.ts';

const fileNames = ['epss_scores-current.csv.gz', 'epss.csv.gz'];
/** One line a CVE; there are some 400,000. */
const mostLines = 5_000_000;

/** FIRST's Exploit Prediction Scoring System: a compressed table with a comment line, a header, and `cve,epss,percentile` lines. */
export const epss: Feed = {
  name: 'epss',
  home: 'https://epss.empiricalsecurity.com/',
  partsIn: (names) => (fileNames.some((name) => names.includes(name)) ? [''] : []),
  async update({ source, previous, progress }) {
    const file = await openAny(source, fileNames, previous?.facts.etag);
    if (file.kind === 'unchanged') return file;
    return { kind: 'changed', startsFrom: 'nothing', write: (writer) => readTable(file, writer, progress) };
  },
};

async function readTable(
  { url, bytes, etag }: SourceContent,
  writer: SnapshotWriter,
  progress: FeedRequest['progress'],
): Promise<WrittenFacts> {
  let newest: string | undefined;
  let scores = 0;
  let lines = 0;
  try {
    const text = createGunzip();
    const fed = pipeline(Readable.from(bytes), text);
    for await (const line of createInterface({ input: text })) {
      if (++lines > mostLines) throw new Error(`it has more than ${mostLines} lines`);
      if (line.startsWith('#')) newest = /score_date:([0-9T:+.Z-]+)/.exec(line)?.[1];
      const [cve = '', score, percentile] = line.split(',');
      if (!cve.startsWith('CVE-')) continue;
      const prediction = { cve, score: Number(score), percentile: Number(percentile) };
      if (!isShare(prediction.score) || !isShare(prediction.percentile)) continue;
      writer.putPrediction(prediction);
      if (++scores % 20_000 === 0) progress(0, undefined, scores);
    }
    await fed;
  } catch (error) {
    throw advisoryError('feed-invalid', `${url} cannot be read: ${messageOf(error)}`, { hint: 'fetch it again' });
  }
  if (scores === 0) throw advisoryError('feed-invalid', `${url} is not a table of EPSS scores`);
  progress(0, undefined, scores);
  return { etag, newest };
}

function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}
