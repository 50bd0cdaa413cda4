import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { policyWith } from '#policy/languages/kyverno/testing.ts';
import { newImageWorld, surroundingsOf } from '#policy/testing.ts';
import { runKyvernoTest } from './run-kyverno-test.ts';

const pod = (name: string, image: string, rest: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...rest },
  spec: { containers: [{ name: 'c', image }] },
});
const fromGood = { validate: { pattern: { spec: { containers: [{ image: 'good/*' }] } } } };

interface Given {
  readonly rule?: object;
  readonly results: readonly object[];
  readonly test?: object;
  readonly files?: Readonly<Record<string, object>>;
}

async function run({ rule = fromGood, results, test: more = {}, files = {} }: Given): Promise<readonly string[]> {
  const all: Readonly<Record<string, string>> = {
    'dir/tests/kyverno-test.yaml': stringify({
      apiVersion: 'cli.kyverno.io/v1alpha1',
      kind: 'Test',
      metadata: { name: 't' },
      policies: ['../policy.yaml'],
      resources: ['pods.yaml'],
      results: results.map((result) => ({ policy: 'p', rule: 'r0', kind: 'Pod', ...result })),
      ...more,
    }),
    'dir/policy.yaml': stringify(policyWith([rule])),
    'dir/tests/pods.yaml': [pod('good', 'good/x:1'), pod('bad', 'evil/x:1')].map((one) => stringify(one)).join('---\n'),
    ...Object.fromEntries(Object.entries(files).map(([name, body]) => [`dir/tests/${name}`, stringify(body)])),
  };
  const readFile = (path: string) => {
    const text = all[path];
    return text === undefined ? Promise.reject(new Error(`${path} is not there`)) : Promise.resolve(text);
  };
  const surroundings = surroundingsOf(newImageWorld());
  const said = await runKyvernoTest('dir/tests/kyverno-test.yaml', { readFile, surroundings });
  return said.map(
    ({ resource, expected, actual, isAsExpected }) => `${resource} ${expected} ${actual} ${isAsExpected}`,
  );
}

test('what is as expected, and what is not', async () => {
  assert.deepEqual(
    await run({
      results: [
        { resources: ['good'], result: 'pass' },
        { resources: ['bad'], result: 'fail' },
      ],
    }),
    ['good pass pass true', 'bad fail fail true'],
  );
  assert.deepEqual(await run({ results: [{ resources: ['good', 'bad'], result: 'pass' }] }), [
    'good pass pass true',
    'bad pass fail false',
  ]);
  assert.deepEqual(await run({ results: [{ result: 'skip' }] }), ['good skip pass false', 'bad skip fail false']);
});

test('values are given for rules, objects and all', async () => {
  const deny = (key: string) => ({
    validate: { deny: { conditions: { all: [{ key, operator: 'Equals', value: 'x' }] } } },
  });
  const results = [{ resources: ['good'], result: 'fail' }];
  const policies = (rest: object) => ({ values: { policies: [{ name: 'p', ...rest }] } });
  const failing = ['good fail fail true'];
  assert.deepEqual(
    await run({
      rule: deny('{{ request.object.spec.y || z }}'),
      results,
      test: { values: { globalValues: { z: 'x' } } },
    }),
    failing,
  );
  assert.deepEqual(
    await run({
      rule: deny('{{ a.b }}'),
      results,
      test: policies({ resources: [{ name: 'good', values: { 'a.b': 'x' } }] }),
    }),
    failing,
  );
  const image = { context: [{ name: 'i', imageRegistry: { reference: 'gone' } }], ...deny('{{ i.configData.user }}') };
  const files = {
    'values.yaml': {
      kind: 'Values',
      policies: [{ name: 'p', rules: [{ name: 'r0', values: { 'i.configData.user': 'x' } }] }],
    },
  };
  assert.deepEqual(await run({ rule: image, results, test: { variables: 'values.yaml' }, files }), failing);
  assert.deepEqual(await run({ rule: image, results }), ['good fail error false']);
});

test('values for each element of a list', async () => {
  const rule = {
    validate: {
      foreach: [
        {
          list: 'request.object.spec.containers',
          context: [{ name: 'size', imageRegistry: { reference: '{{ element.image }}' } }],
          deny: { conditions: { all: [{ key: '{{ size }}', operator: 'GreaterThan', value: '2Gi' }] } },
        },
      ],
    },
  };
  const values = { policies: [{ name: 'p', rules: [{ name: 'r0', foreachValues: { size: ['3Gi'] } }] }] };
  assert.deepEqual(await run({ rule, results: [{ resources: ['good'], result: 'fail' }], test: { values } }), [
    'good fail fail true',
  ]);
});

test('who asks, in which namespace, with which exceptions', async () => {
  const rule = {
    ...fromGood,
    match: {
      any: [
        { resources: { kinds: ['Pod'], namespaceSelector: { matchLabels: { env: 'prod' } } }, clusterRoles: ['admin'] },
      ],
    },
  };
  const results = [{ resources: ['bad'], result: 'fail' }];
  const namespaceSelector = [{ name: 'default', labels: { env: 'prod' } }];
  const files = {
    'user.yaml': { clusterRoles: ['admin'], userInfo: { username: 'anna' } },
    'exception.yaml': {
      apiVersion: 'kyverno.io/v2',
      kind: 'PolicyException',
      metadata: { name: 'e' },
      spec: {
        match: { any: [{ resources: { kinds: ['Pod'] } }] },
        exceptions: [{ policyName: 'p', ruleNames: ['r0'] }],
      },
    },
  };
  const set = { values: { namespaceSelector }, userinfo: 'user.yaml' };
  assert.deepEqual(await run({ rule, results, test: set, files }), ['bad fail fail true']);
  assert.deepEqual(await run({ rule, results, test: { ...set, exceptions: ['exception.yaml'] }, files }), [
    'bad fail skip false',
  ]);
  assert.deepEqual(
    await run({ rule, results, test: { ...set, values: { namespaceSelector: [{ name: 'default' }] } }, files }),
    ['bad fail skip false'],
  );
});

test('the object after a change is compared', async () => {
  const rule = { mutate: { patchStrategicMerge: { metadata: { labels: { a: 'b' } } } } };
  const results = [{ resources: ['good'], result: 'pass', patchedResources: 'patched.yaml' }];
  const say = (labels: object) =>
    run({ rule, results, files: { 'patched.yaml': pod('good', 'good/x:1', { labels }) } });
  assert.deepEqual(await say({ a: 'b' }), ['good pass pass true']);
  assert.deepEqual(await say({ a: 'c' }), ['good pass pass false']);
});

test('a test that names what is not there is wrong, and not passed', async () => {
  await assert.rejects(run({ results: [{ resources: ['nobody'], result: 'pass' }] }), { code: 'policy-invalid' });
  await assert.rejects(run({ results: [{ policy: 'q', resources: ['good'], result: 'pass' }] }), {
    code: 'policy-invalid',
  });
  await assert.rejects(run({ results: [{ result: 'pass' }], test: { more: 1 } }), { code: 'policy-invalid' });
});
