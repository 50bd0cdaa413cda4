import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { openPromise } from 'yauzl';
import { asList, asObject, asTexts, parseJson, type JsonObject } from '#kit/narrow.ts';
import { apk } from './apk.ts';
import { maven } from './maven.ts';
import { nuget } from './nuget.ts';
import type { VersionScheme } from './scheme.ts';
import { relationOf } from './testing.ts';

/** The suite of the vers specification, which is not part of the project. */
const archive = join(import.meta.dirname, '../../../shared/data/vercmp/vers-and-purl-tests.zip');

/** Since Maven 3.9 `.a` is `-a`, also behind zeros. The suite has the answers of older versions. */
const outdated = new Set(['2-1 2.0.a', '2-1 2.0.0.a', '2.0.0.a 2.0.a']);

const suites: readonly (readonly [string, VersionScheme])[] = [
  ['alpine', apk],
  ['maven', maven],
  ['nuget', nuget],
];

for (const [name, scheme] of suites) {
  test(`${scheme.name} passes the vers suite`, async (t) => {
    if (!existsSync(archive)) return t.skip('the vers suite is not there');
    const cases = await readCases(`vers-spec/tests/${name}_version_cmp_test.json`);
    assert.ok(cases.length > 0);
    for (const item of cases) assertCase(scheme, item);
  });
}

function assertCase(scheme: VersionScheme, item: JsonObject): void {
  const [a = '', b = ''] = asTexts(asObject(item['input'])?.['versions']);
  if (item['test_type'] === 'equality') {
    assert.equal(relationOf(scheme, a, b) === '=', item['expected_output'], `${a} = ${b}`);
  } else if (!outdated.has(`${a} ${b}`) && !outdated.has(`${b} ${a}`)) {
    const [lower = '', upper = ''] = asTexts(item['expected_output']);
    assert.equal(relationOf(scheme, lower, upper), '<', `${lower} < ${upper}`);
  }
}

async function readCases(path: string): Promise<readonly JsonObject[]> {
  const zip = await openPromise(archive);
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName !== path) continue;
    const content = asObject(parseJson(await text(await zip.openReadStreamPromise(entry))));
    return asList(content?.['tests']).map((item) => asObject(item) ?? {});
  }
  return [];
}
