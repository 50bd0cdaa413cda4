import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { spoiled } from '#kit/testing.ts';
import type { Mode } from '#policy/outcome.ts';
import type { Policy } from '#policy/policy.ts';
import { judgeOf, onlyDigests, someDigest, type Tags } from '#gates/testing.ts';
import { budgetOf } from './budget.ts';
import type { Gate } from './gate.ts';
import { answerReview, type WebhookName } from './review.ts';
import { bytesOf, podOf, reviewOf, type ReviewParts } from './testing.ts';

const [good, bad] = [someDigest('good'), someDigest('bad')];
const tags: Tags = new Map([
  ['registry.example/app:1', good],
  ['docker.io/library/nginx:latest', good],
  ['registry.example/evil:1', bad],
]);
const pinned = `registry.example/app:1@${good}`;
const evil = `registry.example/evil:1@${bad}`;

function gateOf(policies: readonly Policy[] = [onlyDigests(new Set([good]))]): Gate {
  return { judge: judgeOf(policies, tags), imagePaths: [{ kind: 'Task', path: '/spec/steps/*/image' }] };
}

async function ask(webhook: WebhookName, parts: ReviewParts, gate = gateOf()): Promise<JsonObject> {
  const { status, body } = await answerReview(webhook, bytesOf(reviewOf(parts)), gate);
  assert.equal(status, 200);
  assert.deepEqual([body['apiVersion'], body['kind']], ['admission.k8s.io/v1', 'AdmissionReview']);
  const response = asObject(body['response']) ?? {};
  assert.equal(response['uid'], asObject(reviewOf(parts)['request'])?.['uid']);
  return response;
}

function patchIn(response: JsonObject): readonly unknown[] {
  assert.equal(response['allowed'], true);
  if (response['patch'] === undefined) return [];
  assert.equal(response['patchType'], 'JSONPatch');
  return asList(parseJson(Buffer.from(asText(response['patch']) ?? '', 'base64')));
}

function valuesIn(response: JsonObject): unknown[] {
  return patchIn(response)
    .map((step) => asObject(step) ?? {})
    .filter(({ op }) => op === 'replace')
    .map(({ value }) => value);
}

const inTemplate = (kind: string, images: readonly string[]): JsonObject => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'web' },
  spec: { template: { spec: podOf(images)['spec'] } },
});
const cronJob = (images: readonly string[]): JsonObject => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  spec: { jobTemplate: { spec: { template: { spec: podOf(images)['spec'] } } } },
});

test('mutate pins every tag that is brought, with a test before each change, and once', async () => {
  const object = podOf(['registry.example/app:1', pinned, 'nginx']);
  assert.deepEqual(patchIn(await ask('mutate', { object })), [
    { op: 'test', path: '/spec/containers/0/image', value: 'registry.example/app:1' },
    { op: 'replace', path: '/spec/containers/0/image', value: pinned },
    { op: 'test', path: '/spec/containers/2/image', value: 'nginx' },
    { op: 'replace', path: '/spec/containers/2/image', value: `nginx@${good}` },
  ]);
  assert.deepEqual(patchIn(await ask('mutate', { object: podOf([pinned, `nginx@${good}`]) })), []);
});

test('mutate pins every kind of workload, volumes of images and configured places', async () => {
  for (const kind of ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'ReplicationController']) {
    assert.deepEqual(valuesIn(await ask('mutate', { object: inTemplate(kind, ['nginx']) })), [`nginx@${good}`], kind);
  }
  assert.deepEqual(valuesIn(await ask('mutate', { object: cronJob(['nginx']) })), [`nginx@${good}`]);
  const spec = { containers: [], volumes: [{ name: 'v', image: { reference: 'nginx' } }] };
  assert.deepEqual(valuesIn(await ask('mutate', { object: podOf([], { spec }) })), [`nginx@${good}`]);
  const task = { apiVersion: 'tekton.dev/v1', kind: 'Task', spec: { steps: [{ image: 'nginx' }] } };
  assert.deepEqual(valuesIn(await ask('mutate', { object: task })), [`nginx@${good}`]);
});

test('mutate writes aliases of a registry in the form that every container runtime reads the same way', async () => {
  const response = await ask('mutate', { object: podOf(['REGISTRY.example:443/app:1', 'index.docker.io/nginx']) });
  assert.deepEqual(valuesIn(response), [pinned, `index.docker.io/nginx@${good}`]);
});

test('mutate leaves alone what cannot be resolved and what was there before', async () => {
  assert.deepEqual(patchIn(await ask('mutate', { object: podOf(['registry.example/unknown:1', '-', '']) })), []);
  const oldObject = podOf(['registry.example/app:1']);
  const object = podOf(['registry.example/app:1', 'nginx']);
  assert.deepEqual(valuesIn(await ask('mutate', { operation: 'UPDATE', object, oldObject })), [`nginx@${good}`]);
  assert.deepEqual(patchIn(await ask('mutate', { operation: 'DELETE', oldObject: object })), []);
});

test('policies change the object before it is pinned; where one cannot, nothing is changed', async () => {
  const withChange = (change: Policy['change']): Policy => ({ ...onlyDigests(new Set([good])), change });
  const annotate = withChange(({ request }) =>
    Promise.resolve({ ...request?.object, metadata: { annotations: { 'a/b': 'c' } } }),
  );
  const object = podOf(['nginx'], { metadata: {} });
  assert.deepEqual(patchIn(await ask('mutate', { object }, gateOf([annotate])))[0], {
    op: 'add',
    path: '/metadata/annotations',
    value: { 'a/b': 'c' },
  });
  const broken = withChange(() => Promise.reject(new Error('no')));
  assert.deepEqual(patchIn(await ask('mutate', { object }, gateOf([broken]))), []);
});

/** What must be denied, whatever way it is brought. */
const denials: readonly (readonly [what: string, parts: ReviewParts])[] = [
  ['an unsigned image', { object: podOf([evil]) }],
  ['one of several', { object: podOf([pinned, evil]) }],
  ['no digest', { object: podOf(['registry.example/app:1']) }],
  ['an init container', { object: podOf([], { spec: { initContainers: [{ name: 'a', image: evil }] } }) }],
  ['a volume', { object: podOf([pinned], { spec: { volumes: [{ name: 'v', image: { reference: evil } }] } }) }],
  [
    'an ephemeral container',
    {
      operation: 'UPDATE',
      subResource: 'ephemeralcontainers',
      oldObject: podOf([pinned]),
      object: podOf([pinned], { spec: { ephemeralContainers: [{ name: 'd', image: evil }] } }),
    },
  ],
  ['a change of the image', { operation: 'UPDATE', oldObject: podOf([pinned]), object: podOf([evil]) }],
  [
    'a change of the image with the status',
    { operation: 'UPDATE', subResource: 'status', oldObject: podOf([pinned]), object: podOf([evil]) },
  ],
  [
    'an unchanged image that was never judged',
    { operation: 'UPDATE', oldObject: podOf([evil]), object: podOf([evil]) },
  ],
  [
    'an object that is being deleted',
    {
      operation: 'UPDATE',
      oldObject: podOf([pinned]),
      object: podOf([evil], { metadata: { deletionTimestamp: 'x' } }),
    },
  ],
  [
    'a forged annotation',
    {
      object: podOf([evil], {
        metadata: { annotations: { 'bulla/verified': 'true', 'kyverno.io/verify-images': '{"x":"pass"}' } },
      }),
    },
  ],
  [
    'an owner that is said to be approved',
    { object: podOf([evil], { metadata: { ownerReferences: [{ kind: 'ReplicaSet', controller: true }] } }) },
  ],
  ['a generated name', { object: podOf([evil], { metadata: { generateName: 'x-' } }), name: '' }],
  ['dry run', { object: podOf([evil]), dryRun: true }],
  ['a namespace of the system', { object: podOf([evil]), namespace: 'kube-system' }],
  ['a deployment', { object: inTemplate('Deployment', [evil]) }],
  ['a replication controller', { object: inTemplate('ReplicationController', [evil]) }],
  ['a cron job', { object: cronJob([evil]) }],
  [
    'a kind that is configured',
    { object: { apiVersion: 'tekton.dev/v1', kind: 'Task', spec: { steps: [{ image: evil }] } } },
  ],
  ['a name that is none', { object: podOf(['UPPER/']) }],
  ['a container without an image', { object: podOf([], { spec: { containers: [{ name: 'a' }] } }) }],
];

test('validate decides on the object as it is, in whatever way the image comes', async () => {
  for (const [what, parts] of denials) {
    const response = await ask('validate', parts);
    const status = asObject(response['status']);
    assert.equal(response['allowed'], false, what);
    assert.ok(Number(status?.['code']) >= 400, what);
    assert.match(asText(status?.['message']) ?? '', /\(verdict [0-9a-f]{16}\)$/, what);
    assert.equal(response['patch'], undefined);
  }
});

const passes: readonly (readonly [what: string, parts: ReviewParts])[] = [
  ['a pinned image', { object: podOf([pinned]) }],
  [
    'one that was there with its tag',
    { operation: 'UPDATE', oldObject: podOf(['registry.example/app:1']), object: podOf(['registry.example/app:1']) },
  ],
  ['a deletion', { operation: 'DELETE', oldObject: podOf([evil]) }],
  [
    'the scale',
    {
      operation: 'UPDATE',
      subResource: 'scale',
      object: { apiVersion: 'autoscaling/v1', kind: 'Scale', spec: { replicas: 2 } },
    },
  ],
  [
    'an exec',
    {
      operation: 'CONNECT',
      subResource: 'exec',
      object: { apiVersion: 'v1', kind: 'PodExecOptions', command: ['sh'] },
    },
  ],
  ['what has no images', { object: { apiVersion: 'v1', kind: 'ConfigMap', data: { image: evil } } }],
];

test('whatever else is spoiled in a request, an image that may not run is not let in', async () => {
  const spec = (main: string, last: string) => ({
    initContainers: [{ name: 'i', image: pinned }],
    containers: [
      { name: 'a', image: main, imagePullPolicy: 'Always', env: [{ name: 'X', value: '1' }] },
      { name: 'b', image: pinned },
    ],
    volumes: [{ name: 'v', image: { reference: last, pullPolicy: 'Always' } }],
    imagePullSecrets: [{ name: 's' }],
  });
  const metadata = { name: 'web', namespace: 'shop', labels: { app: 'web' }, annotations: { a: 'b' } };
  const objects = [
    { apiVersion: 'v1', kind: 'Pod', metadata, spec: spec(evil, pinned) },
    { apiVersion: 'v1', kind: 'Pod', metadata, spec: spec(pinned, evil) },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { template: { metadata, spec: spec(evil, pinned) } } },
  ];
  for (const object of objects) {
    const request = reviewOf({ object, oldObject: null, uid: 'u' });
    for (const [where, changed] of spoiled(request)) {
      // What is not there, or is no image, cannot run.
      if (!JSON.stringify(changed).includes(`"${evil}"`)) continue;
      const { status, body } = await answerReview('validate', bytesOf(changed), gateOf());
      assert.ok(status !== 200 || asObject(body['response'])?.['allowed'] !== true, where);
    }
  }
});

test('validate lets pass what policies allow, and what brings no image', async () => {
  for (const [what, parts] of passes) assert.equal((await ask('validate', parts))['allowed'], true, what);
});

test('the mode of the policy says what a failure does; what is unknown is denied as unknown', async () => {
  const under = (mode: Mode, image: string) =>
    ask('validate', { object: podOf([image]) }, gateOf([onlyDigests(new Set([good]), mode)]));
  const warned = await under('warn', evil);
  assert.equal(warned['allowed'], true);
  assert.match(String(asList(warned['warnings'])[0]), /unsigned/);
  const audited = await under('audit', evil);
  assert.deepEqual([audited['allowed'], audited['warnings']], [true, undefined]);
  assert.match(asText(asObject(audited['auditAnnotations'])?.['audited']) ?? '', /unsigned/);
  // The gate's own rule about digests is as strict as the policy is.
  assert.equal((await under('warn', 'nginx'))['allowed'], true);
  const unknown = await under('enforce', 'registry.example/unknown:1');
  assert.equal(unknown['allowed'], false);
  const failing: Policy = { ...onlyDigests(new Set()), decide: () => Promise.reject(new Error('broken')) };
  const failed = await ask('validate', { object: podOf([pinned]) }, gateOf([failing]));
  assert.equal(asObject(failed['status'])?.['code'], 503);
});

test('warnings stay within what API servers hand on', async () => {
  const images = Array.from({ length: 200 }, (_, index) => `registry.example/${'x'.repeat(200)}${index}@${bad}`);
  const response = await ask('validate', { object: podOf(images) }, gateOf([onlyDigests(new Set(), 'warn')]));
  const warnings = asList(response['warnings']).map(String);
  assert.ok(warnings.every((warning) => warning.length <= 256));
  assert.ok(warnings.reduce((sum, { length }) => sum + length, 0) <= 4096);
  assert.match(warnings.at(-1) ?? '', /^\d+ more warnings/);
  const denied = await ask('validate', { object: podOf(images) });
  assert.ok((asText(asObject(denied['status'])?.['message']) ?? '').length <= 8192);
});

test('what is no review is denied by its uid, and without one is an error', async () => {
  const twice = JSON.stringify(reviewOf({ object: podOf([evil]) })).replace('"image":', '"image":"x","image":');
  for (const webhook of ['mutate', 'validate'] as const) {
    const { status, body } = await answerReview(webhook, bytesOf(twice), gateOf());
    assert.deepEqual([status, asObject(body['response'])?.['allowed']], [200, false]);
    assert.equal((await answerReview(webhook, bytesOf('{}'), gateOf())).status, 400);
    assert.equal((await answerReview(webhook, Buffer.alloc(17 << 20, 0x20), gateOf())).status, 413);
  }
});

test('there is as much time as the API server says, less what the answer needs', () => {
  const cases: readonly (readonly [string | undefined, number])[] = [
    [undefined, 9500],
    ['10s', 9500],
    ['1m0s', 29_500],
    ['1500ms', 1000],
    ['1.5s', 1000],
    ['0.1s', 0],
    ['-5s', 9500],
    ['soon', 9500],
    ['9'.repeat(99) + 's', 9500],
  ];
  for (const [timeout, budget] of cases) assert.equal(budgetOf(timeout), budget, String(timeout));
});
