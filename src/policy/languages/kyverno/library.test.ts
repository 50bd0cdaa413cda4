import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { test } from 'node:test';
import { messageOf } from '#kit/error.ts';
import { asText } from '#kit/narrow.ts';
import { missingData, realData } from '#kit/testing.ts';
import { unzip } from '#kit/zip/testing.ts';
import { readDocuments } from '#policy/documents.ts';
import type { PolicyDocument } from '#policy/policy.ts';
import { askForPod, newImageWorld, surroundingsOf } from '#policy/testing.ts';
import { kyverno } from './language.ts';
import { askAboutObject } from './test/ask.ts';
import { runKyvernoTest } from './test/run-kyverno-test.ts';
import { stage } from './test/stage.ts';

/** Kyverno's own library of policies about images, with its tests. */
const archive = 'k8s/kyverno-image-policies.zip';
const skip = missingData(archive);
const files = new Map(
  skip === undefined
    ? [...unzip(readFileSync(join(realData, archive)))].map(([name, bytes]) => [name, bytes.toString()])
    : [],
);
const surroundings = surroundingsOf(newImageWorld());

function documentsOf(path: string): readonly PolicyDocument[] {
  return readDocuments(files.get(path) ?? '', path);
}

const policies = [...files.keys()]
  .filter((path) => path.endsWith('.yaml') && !path.split('/').some((step) => step.startsWith('.')))
  .flatMap(documentsOf)
  .filter(({ body }) => kyverno.isPolicy(body));

/** What Kyverno does not take either: its variable is no object, and a ConfigMap is not named by a key. */
const refused = new Map([
  [
    'cost-optimization/schedule-based-quotas/schedule-based-quotas.yaml',
    'spec.rules[0].context[0].configMap.key: the field is not known',
  ],
]);

test('all policies of the library load and decide, but one that is none', { skip }, async () => {
  const found = new Map<string, string>();
  for (const document of policies) {
    try {
      const outcomes = await kyverno.compile(document, []).decide(askForPod(['ghcr.io/team/app:1']), surroundings);
      assert.ok(Array.isArray(outcomes), document.origin);
    } catch (error) {
      found.set(document.origin, messageOf(error));
    }
  }
  assert.deepEqual(found, refused);
  assert.equal(policies.length, 76);
});

const suites = [...files.keys()].filter((path) => path.endsWith('/kyverno-test.yaml')).toSorted();

test('the library has as many suites as are run here', { skip }, () => assert.equal(suites.length, 25));

for (const suite of suites) {
  test(`${suite} passes as it is`, async () => {
    const readFile = (path: string) => {
      const text = files.get(path);
      return text === undefined ? Promise.reject(new Error(`${path} is not there`)) : Promise.resolve(text);
    };
    const results = await runKyvernoTest(suite, { readFile, surroundings });
    assert.deepEqual(
      results.filter(({ isAsExpected }) => !isAsExpected),
      [],
    );
    assert.ok(results.length > 0);
  });
}

/** Policies whose cases for a cluster say what must be let in and what not, and that need no registry and no defaults of the cluster. */
const cases = [
  'best-practices/restrict-image-registries',
  'best-practices-cel/restrict-image-registries',
  'flux/verify-flux-sources',
  'flux-cel/verify-flux-sources',
  'other/require-image-checksum',
  'other/verify-vpa-target',
  'other-cel/restrict-deprecated-registry',
];

for (const folder of cases) {
  test(`${folder} lets in what is good, and nothing else`, { skip }, async () => {
    const inside = [...files.keys()].filter((path) => path.startsWith(`${folder}/.chainsaw-test/`));
    const objects = (pattern: RegExp) =>
      inside
        .filter((path) => pattern.test(posix.basename(path)))
        .flatMap(documentsOf)
        .map(({ body }) => body);
    const beside = objects(/^(?:ns|cm|prereq|chainsaw-step-\d+-apply)/);
    const staged = stage(surroundings, beside, []);
    const policy = kyverno.compile(
      policies.find(({ origin }) => origin === `${folder}/${posix.basename(folder)}.yaml`) ?? { origin: '', body: {} },
      [],
    );
    const say = async (body: (typeof beside)[number]) => {
      const outcomes = await policy.decide(askAboutObject(body, 'CREATE', { username: '', groups: [] }), staged);
      const name = `${asText(body['kind'])} ${JSON.stringify(body['metadata'])}`;
      return { name, said: new Set(outcomes.map(({ outcome }) => outcome)) };
    };
    const isOf = (part: 'good' | 'bad') => new RegExp(`^(?!.*for-ephemeral).*\\b${part}\\b.*\\.yaml$`);
    const [good, bad] = [objects(isOf('good')), objects(isOf('bad'))];
    assert.ok(good.length > 0 && bad.length > 0, folder);
    for (const { name, said } of await Promise.all(good.map(say))) {
      assert.ok(!said.has('failed') && !said.has('unknown'), `${name}: ${[...said].join()}`);
    }
    for (const { name, said } of await Promise.all(bad.map(say))) {
      assert.ok(said.has('failed') && !said.has('unknown'), `${name}: ${[...said].join()}`);
    }
  });
}
