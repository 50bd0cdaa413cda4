import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { asObject, asTexts, parseJson } from '#kit/narrow.ts';
import { fileURLToPath } from 'node:url';
import { exceptionIds, licenseIds } from './license-ids.ts';

test('ids are unique', () => {
  for (const list of [licenseIds, exceptionIds]) {
    assert.equal(new Set(list.map((id) => id.toLowerCase())).size, list.length);
  }
});

test('the official list has every id', (t) => {
  const official = officialIds();
  if (official === undefined) return t.skip('@cyclonedx/cyclonedx-library, which carries the list, is not installed');
  for (const id of [...licenseIds, ...exceptionIds]) assert.ok(official.has(id), id);
});

/** The ids of licences and exceptions in CycloneDX's copy of the SPDX License List. */
function officialIds(): Set<string> | undefined {
  try {
    const entry = fileURLToPath(import.meta.resolve('@cyclonedx/cyclonedx-library'));
    const folder = entry.slice(0, entry.indexOf('cyclonedx-library') + 'cyclonedx-library'.length);
    const schema = parseJson(readFileSync(join(folder, 'res/schema/spdx.SNAPSHOT.schema.json')));
    return new Set(asTexts(asObject(schema)?.['enum']));
  } catch {
    return undefined;
  }
}
