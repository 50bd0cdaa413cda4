import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { asList, asObject, asTexts, parseJson, type JsonObject } from '#kit/narrow.ts';
import { missingData, realData } from '#kit/testing.ts';
import { unzip } from '#kit/zip/testing.ts';
import { apk } from './apk.ts';
import { maven } from './maven.ts';
import { nuget } from './nuget.ts';
import type { VersionScheme } from './scheme.ts';
import { relationOf } from './testing.ts';

/** The suite of the vers specification, which is not part of the project. */
const archive = 'vercmp/vers-and-purl-tests.zip';

/** Since Maven 3.9 `.a` is `-a`, also behind zeros. The suite has the answers of older versions. */
const outdated = new Set(['2-1 2.0.a', '2-1 2.0.0.a', '2.0.0.a 2.0.a']);

const suites: readonly (readonly [string, VersionScheme])[] = [
  ['alpine', apk],
  ['maven', maven],
  ['nuget', nuget],
];

for (const [name, scheme] of suites) {
  test(`${scheme.name} passes the vers suite`, { skip: missingData(archive) }, () => {
    const cases = readCases(`vers-spec/tests/${name}_version_cmp_test.json`);
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

function readCases(path: string): readonly JsonObject[] {
  const content = asObject(parseJson(unzip(readFileSync(join(realData, archive))).get(path) ?? ''));
  return asList(content?.['tests']).map((item) => asObject(item) ?? {});
}
