import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { missingData, realData } from '#kit/testing.ts';
import { asNumber, asObject, asText, parseJson } from '#kit/narrow.ts';
import { unzip } from '#kit/zip/testing.ts';
import { scoreVector, type CvssScore } from './index.ts';

const published = 'cve/cvss-by-source.tsv.gz';
const nvd = 'cve/nvd-api-samples.zip';

test(
  '166,450 vectors of 33,629 vulnerabilities all have a score of their version',
  { skip: missingData(published) },
  () => {
    const [, ...rows] = gunzipSync(readFileSync(join(realData, published)))
      .toString()
      .trimEnd()
      .split('\n');
    assert.equal(rows.length, 166_450);
    for (const row of rows) {
      const vector = row.split('\t')[2] ?? '';
      assert.equal(scoreVector(vector)?.version, /^CVSS:(\d\.\d)/.exec(vector)?.[1] ?? '2.0', vector);
    }
  },
);

test('every score and severity that the NVD gives beside a vector is ours', { skip: missingData(nvd) }, () => {
  const counts = new Map<CvssScore['version'], number>();
  for (const document of documentsOf(join(realData, nvd))) {
    for (const { vector, score, severity } of ratingsIn(document)) {
      const ours = scoreVector(vector);
      assert.ok(ours !== undefined, vector);
      assert.equal(ours.base.score, score, vector);
      if (severity !== undefined) assert.equal(ours.base.severity, severity.toLowerCase(), vector);
      counts.set(ours.version, (counts.get(ours.version) ?? 0) + 1);
    }
  }
  assert.deepEqual(Object.fromEntries(counts), { '2.0': 35, '3.0': 9, '3.1': 535, '4.0': 3 });
});

function documentsOf(archive: string): unknown[] {
  return [...unzip(readFileSync(archive))]
    .filter(([name]) => /\.json(?:\.gz)?$/.test(name))
    .map(([name, bytes]) => parseJson(name.endsWith('.gz') ? gunzipSync(bytes) : bytes));
}

/** Wherever a document has a vector with a score beside it, in whichever version of the NVD's formats. */
function* ratingsIn(value: unknown): Generator<{ vector: string; score: number; severity: string | undefined }> {
  if (typeof value !== 'object' || value === null) return;
  const rating = asObject(value);
  const vector = asText(rating?.['vectorString']);
  const score = asNumber(rating?.['baseScore']);
  if (vector !== undefined && score !== undefined) {
    yield { vector, score, severity: asText(rating?.['baseSeverity']) };
  }
  for (const inner of Object.values(value)) yield* ratingsIn(inner);
}
