import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { test } from 'node:test';
import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { missingData, realData } from '#kit/testing.ts';
import { unzip } from '#kit/zip/testing.ts';
import { readDocuments } from '#policy/documents.ts';
import { askAboutObject } from '#policy/languages/kyverno/test/ask.ts';
import { runKyvernoTest } from '#policy/languages/kyverno/test/run-kyverno-test.ts';
import { loadPolicies } from '#policy/load.ts';
import { newImageWorld, surroundingsOf } from '#policy/testing.ts';

const archive = 'k8s/kyverno-image-policies.zip';
const skip = missingData(archive);

/** Kyverno's own library of policies about images, with its tests. */
function readLibrary(): ReadonlyMap<string, string> {
  const files = [...unzip(readFileSync(join(realData, archive)))];
  return new Map(files.map(([name, bytes]) => [name, Buffer.from(bytes).toString('utf8')]));
}

const kinds = /^kind: *(?:Namespaced)?(?:ValidatingPolicy|MutatingPolicy|ImageValidatingPolicy)$/m;

test('every policy with expressions in the library of Kyverno loads', { skip }, async () => {
  const library = readLibrary();
  const policies = [...library].filter(
    ([name, text]) => name.endsWith('.yaml') && !name.includes('-test/') && kinds.test(text),
  );
  assert.equal(policies.length, 31);
  for (const [name, text] of policies) {
    const loaded = await loadPolicies(readDocuments(text, name));
    assert.deepEqual(
      loaded.map(({ language }) => language),
      ['kyverno-cel'],
      name,
    );
  }
});

test('its own tests of them come out as they say', { skip }, async () => {
  const library = readLibrary();
  const surroundings = surroundingsOf(newImageWorld());
  const wrong: unknown[] = [];
  let count = 0;
  for (const [file] of library) {
    if (!/(?:vpol|mpol)\/.*kyverno-test\.yaml$/.test(file)) continue;
    const readFile = (path: string) => {
      const text = library.get(path);
      return text === undefined ? Promise.reject(new Error(`there is no ${path}`)) : Promise.resolve(text);
    };
    const results = await runKyvernoTest(file, { readFile, surroundings });
    count += results.length;
    wrong.push(...results.filter((one) => !one.isAsExpected));
  }
  assert.deepEqual(wrong, []);
  assert.equal(count, 55);
});

/** These need a registry, or what the API server writes into a pod by itself; their own tests above bring that along. */
const needsCluster = /block-stale-images|block-images-with-volumes|imagepullpolicy-always/;

test('what their tests in a cluster expect to be refused is refused, and nothing else', { skip }, async () => {
  const library = readLibrary();
  const surroundings = surroundingsOf(newImageWorld());
  let count = 0;
  for (const [file, text] of library) {
    if (!/vpol\/.*chainsaw-test\.yaml$/.test(file) || needsCluster.test(file)) continue;
    const [policy, ...applied] = appliedIn(text).map((one) => ({
      ...one,
      path: posix.join(posix.dirname(file), one.file),
    }));
    const read = (path: string) => readDocuments(library.get(path) ?? '', path);
    const policies = await loadPolicies(read(policy?.path ?? ''));
    for (const { path, isRefused } of applied) {
      for (const { body } of read(path)) {
        const question = askAboutObject(body, 'CREATE', { username: 'someone', groups: [] });
        const outcomes = (await Promise.all(policies.map((one) => one.decide(question, surroundings)))).flat();
        const name = asText(asObject(body['metadata'])?.['name']) ?? '';
        assert.equal(
          outcomes.some(({ outcome }) => outcome === 'failed'),
          isRefused,
          `${path}: ${name}`,
        );
        assert.ok(
          outcomes.every(({ outcome }) => outcome !== 'unknown'),
          `${path}: ${name}`,
        );
        count++;
      }
    }
  }
  assert.equal(count, 28);
});

/** The files that a test of Chainsaw applies, policies first, and whether that must fail; namespaces do not matter. */
function appliedIn(text: string): readonly { readonly file: string; readonly isRefused: boolean }[] {
  const [document] = readDocuments(text, 'chainsaw-test.yaml');
  const steps = asList(asObject(document?.body['spec'])?.['steps']).map((one): JsonObject => asObject(one) ?? {});
  const applied = steps
    .flatMap((step) => asList(step['try']))
    .map((one) => asObject(asObject(one)?.['apply']))
    .filter((one) => one !== undefined);
  return applied.flatMap((one) => {
    const file = asText(one['file']) ?? '';
    return file === 'ns.yaml'
      ? []
      : [{ file, isRefused: JSON.stringify(one['expect'] ?? []).includes('"($error != null)":true') }];
  });
}
