import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { missingData, realData } from '#kit/testing.ts';
import { unzip } from '#kit/zip/testing.ts';
import { readDocuments } from '#policy/documents.ts';
import { loadPolicy } from '#policy/load.ts';
import type { Policy } from '#policy/policy.ts';

/** Kyverno's own library of policies about images. */
const archive = 'k8s/kyverno-image-policies.zip';
const skip = missingData(archive);

async function libraryPolicies(): Promise<readonly Policy[]> {
  const files = [...unzip(readFileSync(join(realData, archive)))].filter(
    ([name]) => name.endsWith('.yaml') && !/(?:^|\/)\.|kyverno-test|artifacthub|kustomization/.test(name),
  );
  const documents = files.flatMap(([name, bytes]) => readDocuments(bytes.toString(), name));
  // One of them is no policy, which the tests of the language know.
  const loaded = await Promise.all(documents.map((one) => loadPolicy(one, []).catch(() => undefined)));
  return loaded.filter((policy) => policy !== undefined);
}

test('every policy of the library is described, in as many sentences in each language', { skip }, async () => {
  const policies = await libraryPolicies();
  assert.ok(policies.length >= 100);
  for (const { name, describe } of policies) {
    const [english, german] = [describe('en'), describe('de')];
    assert.ok(english.length >= 3, name);
    assert.equal(english.length, german.length, name);
    for (const line of [...english, ...german]) {
      assert.ok(line.length <= 2000 && !/\n|\[object|  /.test(line), `${name}: ${line}`);
      assert.match(line, /[.:"“]$/, name);
    }
  }
});
