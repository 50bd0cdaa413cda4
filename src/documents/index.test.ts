import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';
import { loadReportFormat, loadSbomFormat, reportFormatNames, sbomFormatNames } from './index.ts';

test('every format in this folder is listed, by the name that it has itself', async () => {
  const files = globSync('*/*.ts', { cwd: import.meta.dirname, exclude: ['**/*.test.ts'] });
  const modules = await Promise.all(files.map((file) => import(`./${file}`) as Promise<Record<string, unknown>>));
  const written = modules.flatMap(Object.values).filter(isFormat);
  const reports = await Promise.all(reportFormatNames.map(loadReportFormat));
  const sboms = await Promise.all(sbomFormatNames.map(loadSbomFormat));
  assert.deepEqual(new Set<unknown>([...reports, ...sboms]), new Set<unknown>(written));
  assert.deepEqual(
    reports.map(({ name }) => name),
    reportFormatNames,
  );
  assert.deepEqual(
    sboms.map(({ name }) => name),
    sbomFormatNames,
  );
});

function isFormat(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'name' in value && 'write' in value;
}
