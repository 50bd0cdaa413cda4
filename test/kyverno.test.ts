import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { missingData, realData } from '#kit/testing.ts';
import { unzip } from '#kit/zip/testing.ts';
import { messageOf } from '#kit/error.ts';
import { readDocuments } from '#policy/documents.ts';
import { facts } from '#policy/cel/libraries/testing.ts';
import { policyWith } from '#policy/languages/kyverno/testing.ts';
import { changedObjects, differences, ownVerdicts, verdictsOfKyverno } from './kyverno-cli.ts';
import { changes, configMap, data, made, pod } from './kyverno-rules.ts';
import { missingPeers } from './peers.ts';

const skip = missingPeers('kyverno') ?? false;
const [library, manifests] = ['k8s/kyverno-image-policies.zip', 'k8s/manifests.zip'] as const;

describe('the command line of Kyverno says the same', { skip }, () => {
  const withoutData = missingData(library) ?? missingData(manifests) ?? false;

  test('with its own library, of real objects', { skip: withoutData }, async () => {
    const objects = realObjects();
    const policies = readAll(library).filter(isAskedAlone).map(renamed);
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

/** All documents of an archive that are YAML, but tests and what is for them. */
function readAll(archive: string): readonly JsonObject[] {
  const files = [...unzip(readFileSync(join(realData, archive)))].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return files.flatMap(([path, bytes]) => {
    if (!/\.ya?ml$/.test(path) || /chainsaw|kyverno-test/.test(path)) return [];
    try {
      return readDocuments(bytes.toString(), path).map(({ body }) => body);
    } catch (error) {
      // Templates of Helm are no YAML.
      assert.match(messageOf(error), /is not usable/, path);
      return [];
    }
  });
}

/** Objects as an API server would take them, each once. */
function realObjects(): readonly JsonObject[] {
  const objects = new Map<string, JsonObject>();
  for (const object of [...readAll(manifests), ...readAll(library)]) {
    const { name, namespace = 'default' } = asObject(object['metadata']) ?? {};
    const isComplete = typeof name === 'string' && !/<[A-Z]|\{\{|\$patch/.test(JSON.stringify(object));
    if (!isComplete || !['v1', 'apps/v1', 'batch/v1'].includes(asText(object['apiVersion']) ?? '')) continue;
    // It does not say that rules for pods are about these; see docs/cel-policies.md.
    if (object['kind'] === 'ReplicationController' || object['kind'] === 'List') continue;
    const metadata = { ...asObject(object['metadata']), namespace };
    objects.set(`${asText(object['kind']) ?? ''} ${asText(namespace) ?? ''} ${name}`, { ...object, metadata });
  }
  return [...objects.values()];
}

/** Whether a policy decides, and needs neither a registry nor a cluster. */
function isAskedAlone(body: JsonObject): boolean {
  const isPolicy = body['kind'] === 'ClusterPolicy' || body['kind'] === 'ValidatingPolicy';
  const needs =
    /imageRegistry|verifyImages|GetMetadata|resource\.(?:Get|List)|globalContext|apiCall|configMap"|"mutate|"generate|"manifests/;
  // Where it is about ephemeral containers, it does not follow for other kinds there; see docs/cel-policies.md.
  return isPolicy && !needs.test(JSON.stringify(body['spec'])) && !JSON.stringify(body).includes('pods/ephemeral');
}

function renamed(body: JsonObject, at: number): JsonObject {
  return { ...body, metadata: { ...asObject(body['metadata']), name: `p${at}` } };
}
