import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { asList, asObject, parseJson } from '#kit/narrow.ts';
import { gapCodes } from '#inventory/coverage.ts';
import { explanationToJson } from './explanation.ts';
import { json } from './report.ts';
import { gaps, hostileReport, inventoryOf, packageOf, reportOf, subject } from '#documents/testing.ts';

const options = { colour: false, all: true };

test('a report is as its schema says, and has no field that the schema does not name', async () => {
  const problemsOf = await schemaOf('report');
  const bare = { ...subject, digest: undefined, platform: undefined, created: undefined, base: undefined };
  for (const report of [reportOf(), reportOf({ inventory: inventoryOf({}, []), subject: bare })]) {
    assert.deepEqual(await problemsOf(parseJson(json.write(report, options))), []);
  }
  assert.notDeepEqual(await problemsOf({ ...asObject(parseJson(json.write(reportOf(), options))), more: 1 }), []);
});

test('a report of hostile texts is as its schema says', async () => {
  const problemsOf = await schemaOf('report');
  await fc.assert(
    fc.asyncProperty(hostileReport, async (report) => {
      assert.deepEqual(await problemsOf(parseJson(json.write(report, options))), []);
    }),
    { numRuns: 50 },
  );
});

test('an explanation is as its schema says', async () => {
  const { findings } = reportOf().matched;
  const pkg = packageOf('npm', 'left-pad', '1.0.0');
  const why = findings.map((finding) => finding.why)[0];
  assert.ok(why !== undefined);
  const explanation = {
    flaw: 'CVE-2024-1234',
    reported: findings,
    notReported: [{ package: pkg, why }],
    silent: [{ package: pkg, searched: [] }],
  };
  const written = explanationToJson(explanation, { subject, inventory: inventoryOf(), gaps });
  const problemsOf = await schemaOf('explanation');
  assert.deepEqual(await problemsOf(parseJson(JSON.stringify(written))), []);
});

test('the schema knows every gap', () => {
  const gap = asObject(asObject(read('report')['$defs'])?.['gap']);
  assert.deepEqual(asList(asObject(asObject(gap?.['properties'])?.['code'])?.['enum']), gapCodes);
});

function read(name: string) {
  const path = new URL(`../../../schemas/${name}.schema.json`, import.meta.url);
  return asObject(parseJson(readFileSync(path, 'utf8'))) ?? {};
}

/** A check against a published schema, and beyond it: a field that it does not name is a problem. */
async function schemaOf(name: string) {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
  ajv.addSchema(closed(read('report')));
  if (name !== 'report') ajv.addSchema(closed(read(name)));
  const check = ajv.getSchema(`${name}.schema.json`);
  assert.ok(check !== undefined);
  return async (value: unknown) => {
    await check(value);
    return check.errors ?? [];
  };
}

/** The same schema without room for fields that it does not name. */
function closed(schema: unknown): object {
  return JSON.parse(JSON.stringify(schema), (_key, value: unknown) => {
    const node = asObject(value);
    return node !== undefined && asObject(node['properties']) !== undefined && node['type'] !== undefined
      ? { ...node, additionalProperties: false }
      : value;
  }) as object;
}
