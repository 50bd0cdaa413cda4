import { messageOf } from '#kit/error.ts';
import { inflate } from '#kit/inflate.ts';
import { readLines } from '#kit/lines.ts';
import type { ExploitPrediction } from '#advisories/advisory.ts';
import { advisoryError } from '#advisories/errors.ts';
import type { SnapshotWriter } from '#advisories/store/snapshot.ts';
import type { Feed, FeedRequest, WrittenFacts } from './feed.ts';
import { openAny, type SourceContent } from './source.ts';

const fileNames = ['epss_scores-current.csv.gz', 'epss.csv.gz'];
/** One line a CVE; there are some 400,000. */
const mostScores = 5_000_000;

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
  try {
    for await (const lines of readLines(inflate('gzip', bytes))) {
      for (const line of lines) {
        if (line.startsWith('#')) newest = /score_date:([0-9T:+.Z-]+)/.exec(line)?.[1];
        const prediction = readLine(line);
        if (prediction === undefined) continue;
        writer.putPrediction(prediction);
        if (++scores > mostScores) throw new Error(`it has more than ${mostScores} lines`);
      }
      progress(0, undefined, scores);
    }
  } catch (error) {
    throw advisoryError('feed-invalid', `${url} cannot be read: ${messageOf(error)}`, { hint: 'fetch it again' });
  }
  if (scores === 0) throw advisoryError('feed-invalid', `${url} is not a table of EPSS scores`);
  return { etag, newest };
}

function readLine(line: string): ExploitPrediction | undefined {
  const [cve = '', score, percentile] = line.split(',');
  const prediction = { cve, score: Number(score), percentile: Number(percentile) };
  const isWhole = cve.startsWith('CVE-') && isShare(prediction.score) && isShare(prediction.percentile);
  return isWhole ? prediction : undefined;
}

function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}
