import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { asObject, type JsonObject } from '#kit/narrow.ts';
import { facts } from '#policy/cel/libraries/testing.ts';
import { policyWith } from '#policy/languages/kyverno/testing.ts';
import { changedObjects, differences, ownVerdicts, verdictsOfKyverno } from './kyverno-cli.ts';
import { libraryPolicies, missingLibrary, realObjects } from './kyverno-library.ts';
import { changes, configMap, data, made, pod } from './kyverno-rules.ts';
import { missingPeers } from './peers.ts';

const skip = missingPeers('kyverno') ?? false;

describe('the command line of Kyverno says the same', { skip }, () => {
  test('with its own library, of real objects', { skip: missingLibrary ?? false }, async () => {
    const objects = realObjects();
    const policies = libraryPolicies().map(renamed);
    const [withExpressions, others] = [
      policies.filter(({ kind }) => kind === 'ValidatingPolicy'),
      policies.filter(({ kind }) => kind === 'ClusterPolicy'),
    ];
    assert.deepEqual([withExpressions.length, others.length, objects.length], [15, 42, 222]);
    assert.deepEqual(await compare(others, objects), []);
    // It compiles them anew for each object.
    assert.deepEqual(
      await compare(
        withExpressions,
        objects.filter((_, at) => at % 12 === 0),
      ),
      [],
    );
  });

  for (const [what, rule] of Object.entries(made)) {
    test(`with ${what} that chance makes`, async () => {
      const rules = fc.sample(rule, { seed: 1, numRuns: 300 });
      const objects = fc.sample(data, { seed: 2, numRuns: 40 }).map(configMap);
      const policies = rules.map((one, at) =>
        policyWith([{ match: { any: [{ resources: { kinds: ['ConfigMap'] } }] }, ...one }], {}, { name: `p${at}` }),
      );
      assert.deepEqual(await compare(policies, objects), []);
    });
  }

  test('with what the libraries of expressions say', async () => {
    // Of patches only policies that change objects can speak there.
    const sources = Object.entries(facts).flatMap(([name, some]) => (name === 'jsonpatch' ? [] : some));
    const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] };
    const policies = [[...sources], ['false']].map((some, at) => ({
      apiVersion: 'policies.kyverno.io/v1',
      kind: 'ValidatingPolicy',
      metadata: { name: `p${at}` },
      spec: {
        matchConstraints: { resourceRules: [rule] },
        validations: some.map((expression) => ({ expression })),
      },
    }));
    assert.deepEqual(await compare(policies, [configMap({}, 0)]), []);
  });

  test('of what it makes of objects', async () => {
    const policies = changes.map((mutate, at) =>
      policyWith(
        [{ match: { any: [{ resources: { kinds: ['Pod'], names: [`o${at}`] } }] }, mutate }],
        {},
        {
          name: `p${at}`,
        },
      ),
    );
    const objects = changes.map((_, at) => pod(`o${at}`));
    const { theirs, ours } = await changedObjects(policies, objects);
    for (const [at, mutate] of changes.entries()) assert.deepEqual(theirs[at], ours[at], JSON.stringify(mutate));
    assert.ok(ours.every((one, at) => one !== objects[at]));
  });
});

async function compare(policies: readonly JsonObject[], objects: readonly JsonObject[]): Promise<readonly string[]> {
  const [theirs, ours] = [await verdictsOfKyverno(policies, objects), await ownVerdicts(policies, objects)];
  const said = new Set(theirs.values());
  assert.ok(said.has('passed') && said.has('refused'), 'all policies say something');
  return differences(theirs, ours);
}

function renamed(body: JsonObject, at: number): JsonObject {
  return { ...body, metadata: { ...asObject(body['metadata']), name: `p${at}` } };
}
