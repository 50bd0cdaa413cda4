import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Judge } from '#gates/judge.ts';
import { judgeOf, onlyDigests, someDigest } from '#gates/testing.ts';
import { asList, asObject, asText } from '#kit/narrow.ts';
import type { Policy } from '#policy/policy.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import { answerProvider, type ProviderTask } from './answer-provider.ts';

const [good, bad] = [someDigest('good'), someDigest('bad')];
const tags = new Map([
  ['registry.example/app:1', good],
  ['docker.io/library/nginx:latest', bad],
]);
const judge = judgeOf([onlyDigests(new Set([good]))], tags);
const app = (digest: string) => `registry.example/app:1@${digest}`;
const requestOf = (...keys: readonly unknown[]) => ({
  apiVersion: 'externaldata.gatekeeper.sh/v1beta1',
  kind: 'ProviderRequest',
  request: { keys },
});

async function ask(task: ProviderTask, request: object | string, by: Judge = judge) {
  const bytes = Buffer.from(typeof request === 'string' ? request : JSON.stringify(request));
  const body = await answerProvider(task, bytes, by, { cluster: 'c' });
  assert.deepEqual([body['apiVersion'], body['kind']], ['externaldata.gatekeeper.sh/v1beta1', 'ProviderResponse']);
  const response = asObject(body['response']) ?? {};
  return {
    systemError: asText(response['systemError']),
    idempotent: response['idempotent'],
    items: asList(response['items']),
  };
}

test('what may run has a verdict, and what may not is an error', async () => {
  const { items, idempotent, systemError } = await ask('validate', requestOf(app(good), app(bad)));
  assert.equal(systemError, undefined);
  assert.equal(idempotent, true);
  assert.deepEqual(items[0], { key: app(good), value: { verdict: 'allow', digest: good } });
  const { key, value, error } = asObject(items[1]) ?? {};
  assert.deepEqual([key, value], [app(bad), undefined]);
  assert.match(String(error), /must not run: .*Nobody has signed/);
});

test('a tag is no answer to validation, and gets its digest by mutation', async () => {
  const { items } = await ask('validate', requestOf('registry.example/app:1'));
  assert.match(String(asObject(items[0])?.['error']), /has no digest/);
  const mutated = await ask('mutate', requestOf('registry.example/app:1', 'nginx', app(bad)));
  assert.deepEqual(mutated.items, [
    { key: 'registry.example/app:1', value: app(good) },
    { key: 'nginx', value: `nginx@${bad}` },
    { key: app(bad), value: app(bad) },
  ]);
  const again = await ask('mutate', requestOf(app(good), `nginx@${bad}`));
  assert.deepEqual(
    again.items.map((item) => asObject(item)?.['value']),
    [app(good), `nginx@${bad}`],
  );
});

test('what a policy has said is not said again by the gate', async () => {
  const pinned: Policy = {
    ...onlyDigests(new Set()),
    decide: () =>
      Promise.resolve([
        {
          policy: 'pinned',
          rule: 'pinned',
          image: { written: 'registry.example/app:1' },
          outcome: 'failed',
          mode: 'enforce',
          reason: reasonOf('not-pinned', { image: 'registry.example/app:1' }),
          evidence: [],
        },
      ]),
  };
  const { items } = await ask('validate', requestOf('registry.example/app:1'), judgeOf([pinned], tags));
  assert.equal(String(asObject(items[0])?.['error']).split('has no digest').length, 2);
});

test('what cannot be resolved or read is an error of its key alone', async () => {
  for (const task of ['validate', 'mutate'] as const) {
    const { items } = await ask(task, requestOf('registry.example/gone:1', 'no reference!', app(good)));
    const errors = items.map((item) => asObject(item)?.['error'] !== undefined);
    assert.deepEqual(errors, [true, true, false], task);
  }
});

test('a policy that only warns lets it pass, and says so', async () => {
  const { items } = await ask('validate', requestOf(app(bad)), judgeOf([onlyDigests(new Set(), 'warn')]));
  const { verdict, warning } = asObject(asObject(items[0])?.['value']) ?? {};
  assert.equal(verdict, 'warn');
  assert.match(String(warning), /Nobody has signed/);
});

test('a key that is asked twice is answered once', async () => {
  assert.equal((await ask('validate', requestOf(app(good), app(good)))).items.length, 1);
});

const notUnderstood: readonly [what: string, request: object | string][] = [
  ['nothing', ''],
  ['another version', { ...requestOf(app(good)), apiVersion: 'externaldata.gatekeeper.sh/v1alpha1' }],
  ['an answer', { ...requestOf(app(good)), kind: 'ProviderResponse' }],
  ['keys that are no texts', requestOf(app(good), 7)],
  ['keys that are no list', { ...requestOf(), request: { keys: app(good) } }],
  ['keys twice', JSON.stringify(requestOf(app(good))).replace('"keys":', '"keys":["x"],"keys":')],
  ['more than any object has', requestOf(...Array.from({ length: 2001 }, (_, index) => `app:${index}`))],
];

for (const [what, request] of notUnderstood) {
  test(`a system error: ${what}`, async () => {
    const { systemError, items } = await ask('validate', request);
    assert.match(systemError ?? '', /cannot be understood/);
    assert.deepEqual(items, []);
  });
}

test('any bytes are answered, and let nothing pass', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (text) => {
      assert.deepEqual((await ask('validate', text)).items, []);
    }),
  );
});
