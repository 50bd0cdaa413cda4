import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { bulla, checkout } from './bulla.ts';
import { at } from './chart.ts';
import { missingCluster, startCluster, until, type Cluster } from './cluster.ts';

describe('a real API server keeps policies as objects', { skip: missingCluster ?? false }, () => {
  let cluster: Cluster;
  before(async () => {
    cluster = await startCluster();
    const applied = await cluster.kubectl(['apply', '-f', join(checkout, 'deploy/crds')]);
    assert.equal(applied.code, 0, applied.stderr);
    await cluster.kubectl(['create', 'namespace', 'security']);
    await until(async () => (await cluster.kubectl(['get', 'trustpolicies,trustexceptions', '-A'])).code === 0);
  });
  after(() => cluster?.stop());

  const create = (object: JsonObject, ...args: readonly string[]) =>
    cluster.kubectl(['create', '--validate=strict', '-o', 'json', ...args, '-f', '-'], object);

  test('its schemas are structural', async () => {
    const list = parseJson((await cluster.kubectl(['get', 'crds', '-o', 'json'])).stdout);
    const conditions = asList(at(list, 'items')).flatMap((one) => asList(at(one, 'status', 'conditions')));
    const states = conditions.map((one) => `${asText(at(one, 'type'))}=${asText(at(one, 'status'))}`);
    assert.deepEqual(states.toSorted(), [
      'Established=True',
      'Established=True',
      'NamesAccepted=True',
      'NamesAccepted=True',
    ]);
  });

  for (const written of documented()) {
    test(`the ${asText(written['kind'])} of the documentation is kept as it is`, async () => {
      const run = await create(written);
      assert.equal(run.code, 0, run.stderr);
      assert.deepEqual(asObject(parseJson(run.stdout))?.['spec'], written['spec']);
    });
  }

  test('what the cluster has is a file of policies', async () => {
    const { stdout } = await cluster.kubectl(['get', 'trustpolicies,trustexceptions', '-A', '-o', 'yaml']);
    const file = join(newFolder('kept'), 'cluster.yaml');
    writeFileSync(file, stdout);
    const lint = await bulla(['policy', 'lint', file]);
    assert.equal(lint.code, 0, lint.stdout + lint.stderr);
    assert.match(lint.stdout, /production/);
  });

  const wrong: Readonly<Record<string, JsonObject>> = {
    'no mode': {},
    'a mode that is none': { mode: 'enforced' },
    'a list that is none': { mode: 'audit', images: { include: 'a/**' } },
    'a rule that is turned off': { mode: 'audit', rules: { pinned: false } },
    'an action that is none': { mode: 'audit', rules: { vulnerabilities: { lines: [{ action: 'stop' }] } } },
  };
  for (const [what, spec] of Object.entries(wrong)) {
    test(`${what} is refused`, async () => {
      const run = await create(policy(spec), '--dry-run=server');
      assert.match(run.stderr, /is invalid|BadRequest/);
    });
  }

  test('a field that is not known is not dropped, and the policy is refused by name', async () => {
    const run = await cluster.kubectl(
      ['create', '--validate=ignore', '--dry-run=server', '-o', 'json', '-f', '-'],
      policy({ mode: 'enforce', rules: { registries: { allow: ['a.example/**'], refused: ['b.example/**'] } } }),
    );
    assert.equal(run.code, 0, run.stderr);
    const file = join(newFolder('kept'), 'policy.json');
    writeFileSync(file, run.stdout);
    const lint = await bulla(['policy', 'lint', file]);
    assert.notEqual(lint.code, 0);
    assert.match(lint.stdout + lint.stderr, /refused/);
  });
});

function policy(spec: JsonObject): JsonObject {
  return { apiVersion: 'policy.bulla/v1', kind: 'TrustPolicy', metadata: { name: 'p' }, spec };
}

/** The policy and the exception that the documentation shows. */
function documented(): readonly JsonObject[] {
  const page = readFileSync(join(checkout, 'docs/policy.md'), 'utf8');
  const shown = [...page.matchAll(/```yaml\n([^`]+)```/g)].map(([, text = '']) => asObject(parse(text)) ?? {});
  const found = shown.filter(({ kind }) => kind === 'TrustPolicy' || kind === 'TrustException');
  assert.equal(found.length, 2);
  return found;
}
