import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BullaError } from '#kit/error.ts';
import type { JsonObject } from '#kit/narrow.ts';
import { changeObject, decide } from '#policy/decide.ts';
import { policyError } from '#policy/errors.ts';
import { loadPolicies } from '#policy/load.ts';
import { askAbout, type AdmissionRequest, type Question } from '#policy/question.ts';
import { askForImages, askForPod, newImageWorld, surroundingsOf } from '#policy/testing.ts';
import { applyJsonPatch } from './mutating/json-patch.ts';

const pods = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['pods'] };
const matchConstraints = { resourceRules: [pods] };

function policy(spec: object, kind = 'ValidatingPolicy', metadata: object = {}): JsonObject {
  return {
    apiVersion: 'policies.kyverno.io/v1beta1',
    kind,
    metadata: { name: 'p', ...metadata },
    spec: { matchConstraints, ...spec },
  };
}

const ghcr = 'object.spec.containers.all(c, c.image.startsWith("ghcr.io/"))';
const validating = (spec: object = {}, metadata: object = {}, kind = 'ValidatingPolicy') =>
  policy({ validations: [{ expression: ghcr, message: 'ours only' }], ...spec }, kind, metadata);

const load = (...bodies: readonly JsonObject[]) => loadPolicies(bodies.map((body) => ({ origin: 'p.yaml', body })));
const world = newImageWorld();

async function verdictOf(
  bodies: readonly JsonObject[],
  question: Question,
  given: Parameters<typeof surroundingsOf>[1] = {},
) {
  const { verdict } = await decide(await load(...bodies), question, surroundingsOf(world, given));
  return verdict;
}

const plural = new Map([
  ['Deployment', ['apps', 'deployments']],
  ['CronJob', ['batch', 'cronjobs']],
  ['ReplicationController', ['', 'replicationcontrollers']],
  ['Rollout', ['argoproj.io', 'rollouts']],
]);

/** The question about an object that makes pods with an image. */
function askForWorkload(kind: string, image = 'nginx', metadata: object = {}): Question {
  const template = { metadata, spec: { containers: [{ name: 'c', image }] } };
  const spec = kind === 'CronJob' ? { jobTemplate: { spec: { template } } } : { template };
  const [group = '', resource = ''] = plural.get(kind) ?? [];
  const object = { apiVersion: `${group}/v1`, kind, metadata: { name: 'w', namespace: 'team' }, spec };
  const request: AdmissionRequest = {
    uid: '1',
    operation: 'CREATE',
    kind: { group, version: 'v1', kind },
    resource: { group, version: 'v1', resource },
    subResource: '',
    name: 'w',
    namespace: 'team',
    user: { username: 'someone', groups: [] },
    object,
    dryRun: false,
    raw: {},
  };
  return askAbout(request, { gate: 'admission', namespace: 'team' });
}

test('a policy about pods is about what makes them, too', async () => {
  const named = (controllers: readonly string[]) => ({ autogen: { podControllers: { controllers } } });
  const cases: readonly (readonly [what: string, spec: object, question: Question, wanted: string])[] = [
    ['a pod', {}, askForPod(['nginx']), 'deny'],
    ['a good pod', {}, askForPod(['ghcr.io/a/b']), 'allow'],
    ['a deployment', {}, askForWorkload('Deployment'), 'deny'],
    ['a good deployment', {}, askForWorkload('Deployment', 'ghcr.io/a/b'), 'allow'],
    ['a cron job', {}, askForWorkload('CronJob'), 'deny'],
    ['what Kyverno passes over', {}, askForWorkload('ReplicationController'), 'deny'],
    ['a kind of others', {}, askForWorkload('Rollout'), 'allow'],
    ['no controllers', named([]), askForWorkload('Deployment'), 'allow'],
    ['other controllers', named(['cronjobs']), askForWorkload('Deployment'), 'allow'],
    [
      'containers that are added to a running pod',
      {},
      askForPod(['nginx'], { subResource: 'ephemeralcontainers' }),
      'deny',
    ],
    ['another subresource', {}, askForPod(['nginx'], { subResource: 'status' }), 'allow'],
    [
      'selected pods alone',
      { matchConstraints: { ...matchConstraints, objectSelector: { matchLabels: { a: 'b' } } } },
      askForWorkload('Deployment', 'nginx', { labels: { a: 'b' } }),
      'allow',
    ],
    [
      'metadata of the template, in the namespace of the object',
      {
        validations: [
          {
            expression:
              'object.metadata.labels.a == "b" && object.metadata.namespace == "team" && object.?kind.value() == "Pod"',
          },
        ],
      },
      askForWorkload('CronJob', 'nginx', { labels: { a: 'b' } }),
      'allow',
    ],
  ];
  for (const [what, spec, question, wanted] of cases)
    assert.equal(await verdictOf([validating(spec)], question), wanted, what);
});

test('an object is in the namespace of the request, also where a file does not say so', async () => {
  const question = askForPod(['nginx']);
  const object = { ...question.request?.object, metadata: { name: 'p' } };
  const elsewhere = { ...question, request: { ...question.request, object } } as Question;
  const spec = { validations: [{ expression: 'object.metadata.namespace == "team"' }] };
  assert.equal(await verdictOf([validating(spec)], elsewhere), 'allow');
  const change = mutating('[JSONPatch{op: "add", path: "/metadata/labels", value: {"in": object.metadata.namespace}}]');
  assert.deepEqual(await changed(change, elsewhere), { ...object, metadata: { name: 'p', labels: { in: 'team' } } });
});

test('when a policy is asked, and how seriously', async () => {
  const off = { evaluation: { admission: { enabled: false } } };
  const noBackground = { evaluation: { background: { enabled: false } } };
  const pod = askForPod(['nginx']);
  const audit: Question = { ...pod, place: { ...pod.place, gate: 'audit' } };
  const cases: readonly (readonly [what: string, spec: object, question: Question, wanted: string])[] = [
    ['not at admission', off, pod, 'allow'],
    ['but elsewhere', off, audit, 'deny'],
    ['not in the background', noBackground, audit, 'allow'],
    ['but at admission', noBackground, pod, 'deny'],
    ['audit', { validationActions: ['Audit'] }, pod, 'allow'],
    ['warn', { validationActions: ['Audit', 'Warn'] }, pod, 'warn'],
    ['a failure', { validations: [{ expression: 'object.nothing' }] }, pod, 'unknown'],
    [
      'a failure that is ignored',
      { failurePolicy: 'Ignore', validations: [{ expression: 'object.nothing' }] },
      pod,
      'warn',
    ],
    [
      'any JSON',
      {
        evaluation: { mode: 'JSON' },
        matchConstraints: undefined,
        validations: [{ expression: 'object.kind == "Pod"' }],
      },
      askForWorkload('Rollout'),
      'deny',
    ],
    ['images by themselves', {}, askForImages(['nginx']), 'allow'],
  ];
  for (const [what, spec, question, wanted] of cases)
    assert.equal(await verdictOf([validating(spec)], question), wanted, what);
});

test('a policy of a namespace is about that namespace, and reads objects of that alone', async () => {
  const kind = 'NamespacedValidatingPolicy';
  assert.equal(await verdictOf([validating({}, { namespace: 'team' }, kind)], askForPod(['nginx'])), 'deny');
  assert.equal(await verdictOf([validating({}, { namespace: 'other' }, kind)], askForPod(['nginx'])), 'allow');
  const reads = { validations: [{ expression: 'resource.Get("v1", "configmaps", "c").data.ok == "yes"' }] };
  const objects = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'team' }, data: { ok: 'yes' } },
  ];
  assert.equal(
    await verdictOf([validating(reads, { namespace: 'team' }, kind)], askForPod(['nginx']), { objects }),
    'allow',
  );
  const elsewhere = { validations: [{ expression: 'resource.Get("v1", "configmaps", "other", "c") == null' }] };
  await assert.rejects(load(validating(elsewhere, { namespace: 'team' }, kind)), { code: 'policy-invalid' });
});

function exception(spec: object = {}, metadata: object = {}): JsonObject {
  return {
    apiVersion: 'policies.kyverno.io/v1beta1',
    kind: 'PolicyException',
    metadata: { name: 'e', namespace: 'team', ...metadata },
    spec: { policyRefs: [{ name: 'p', kind: 'ValidatingPolicy' }], ...spec },
  };
}

test('exceptions', async () => {
  const asked = { validations: [{ expression: 'object.spec.containers.all(c, c.image in exceptions.allowedImages)' }] };
  const condition = (expression: string) => ({ matchConditions: [{ name: 'c', expression }] });
  const refs = (kind: string) => ({ policyRefs: [{ name: 'p', kind }] });
  const cases: readonly (readonly [what: string, spec: object, exceptions: readonly JsonObject[], wanted: string])[] = [
    ['all of it', {}, [exception()], 'allow'],
    ['of another kind', {}, [exception(refs('MutatingPolicy'))], 'deny'],
    ['where it holds', {}, [exception(condition('object.metadata.name == "p"'))], 'allow'],
    ['where it does not hold', {}, [exception(condition('false'))], 'deny'],
    ['one that fails', {}, [exception(condition('object.nothing'))], 'unknown'],
    ['one that fails beside one that holds', {}, [exception(condition('object.nothing')), exception()], 'allow'],
    ['images that the policy asks for', asked, [exception({ images: ['nginx'] })], 'allow'],
    ['other images', asked, [exception({ images: ['redis'] })], 'deny'],
    ['images that the policy does not ask for', {}, [exception({ images: ['nginx'] })], 'deny'],
  ];
  for (const [what, spec, exceptions, wanted] of cases) {
    assert.equal(await verdictOf([validating(spec), ...exceptions], askForPod(['nginx'])), wanted, what);
  }
  const namespaced = validating({}, { namespace: 'team' }, 'NamespacedValidatingPolicy');
  const own = exception(refs('NamespacedValidatingPolicy'));
  assert.equal(await verdictOf([namespaced, own], askForPod(['nginx'])), 'allow');
  const foreign = exception(refs('NamespacedValidatingPolicy'), { namespace: 'other' });
  assert.equal(await verdictOf([namespaced, foreign], askForPod(['nginx'])), 'deny', 'from another namespace');
});

test('functions of Kyverno', async () => {
  const objects = [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c', namespace: 'a', labels: { x: 'y' } },
      data: { k: 'v' },
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'd', namespace: 'a' }, data: {} },
  ];
  const digest = `sha256:${'a'.repeat(64)}`;
  for (const expression of [
    'image("nginx").registry() == "index.docker.io" && image("nginx").repository() == "library/nginx"',
    'image("ghcr.io/a/b:1").tag() == "1" && image("ghcr.io/a/b:1").identifier() == "1" && !image("nginx").containsDigest()',
    `parseImageReference("a/b@${digest}").digest() == "${digest}" && image("a/b@${digest}").tag() == ""`,
    'isImage("nginx") && !isImage("a/UPPER")',
    'resource.Get("v1", "configmaps", "a", "c").data.k == "v"',
    'resource.get("v1", "configmaps", "a", "nothing") == null',
    'resource.List("v1", "configmaps", "a").items.size() == 2',
    'resource.List("v1", "configmaps", "a", {"x": "y"}).items.map(i, i.metadata.name) == ["c"]',
    'parseServiceAccount("system:serviceaccount:ns:sa").Name == "sa" && user.parseServiceAccount("anna").Namespace == ""',
    'sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" && hash.md5("") == "d41d8cd98f00b204e9800998ecf8427e"',
    'json.unmarshal("{\\"a\\": [1]}").a[0] == 1 && json.marshal({"b": 2}) == "{\\"b\\":2}"',
    'yaml.parse("a: [1, 2]").a.size() == 2',
    'time.now() == timestamp("2026-01-01T00:00:00Z")',
    'time.truncate(timestamp("2026-01-01T10:11:12Z"), duration("1h")) == timestamp("2026-01-01T10:00:00Z")',
    'time.toCron(timestamp("2026-01-01T10:11:12Z")) == "11 10 1 1 4"',
    'math.round(2.345, 2) == 2.35 || math.round(2.5, 0) == 3.0',
    'listObjToMap([{"n": "a"}], [{"v": 1}], "n", "v") == {"a": 1}',
  ]) {
    const { verdict, outcomes } = await decide(
      await load(validating({ validations: [{ expression }] })),
      askForPod(['nginx']),
      surroundingsOf(world, { objects }),
    );
    assert.equal(verdict, 'allow', `${expression}: ${JSON.stringify(outcomes[0]?.reason)}`);
  }
});

test('what an image says of itself is fetched; what cannot be had is unknown', async () => {
  world.put('registry.example/app:1', 'someone');
  const spec = {
    validations: [
      { expression: 'object.spec.containers.all(c, image.GetMetadata(c.image).config.config.User == "someone")' },
    ],
  };
  assert.equal(await verdictOf([validating(spec)], askForPod(['registry.example/app:1'])), 'allow');
  assert.equal(await verdictOf([validating(spec)], askForPod(['registry.example/gone:1'])), 'unknown');
  const gone = () => Promise.reject(policyError('resource-unavailable', 'nobody answers'));
  const reads = { validations: [{ expression: 'resource.List("v1", "pods", "a").items.size() == 0 || true' }] };
  assert.equal(
    await verdictOf([validating(reads)], askForPod(['nginx']), { resources: { get: gone, list: gone } }),
    'allow',
  );
  const needs = { validations: [{ expression: 'resource.List("v1", "pods", "a").items.size() == 0' }] };
  assert.equal(
    await verdictOf([validating(needs)], askForPod(['nginx']), { resources: { get: gone, list: gone } }),
    'unknown',
  );
});

test('what is not understood or not offered does not load, by its name', async () => {
  const expression = (one: string) => validating({ validations: [{ expression: one }] });
  const cases: readonly (readonly [body: JsonObject, code: string, message: RegExp])[] = [
    [validating({ validation: [] }), 'policy-invalid', /spec\.validation: the field is not known/],
    [validating({ webhookConfiguration: { timeoutSeconds: 99 } }), 'policy-invalid', /timeoutSeconds/],
    [validating({ autogen: { podControllers: { controllers: ['pods'] } } }), 'policy-invalid', /"pods" is none of/],
    [expression('http.Get("http://169.254.169.254/").x == 1'), 'policy-unsupported', /http\.Get is not supported/],
    [expression('globalContext.Get("a", "") == null'), 'policy-unsupported', /globalContext\.Get/],
    [expression('random() == ""'), 'policy-unsupported', /random/],
    [expression('resource.Post("v1", "pods", "a", {}) == null'), 'policy-unsupported', /resource\.Post/],
    [expression('generator.Apply("a", [])'), 'policy-unsupported', /generator\.Apply/],
    [policy({}, 'GeneratingPolicy'), 'policy-unsupported', /GeneratingPolicy does not decide/],
    [policy({ mutations: [{ patchType: 'JSONPatch' }] }, 'MutatingPolicy'), 'policy-invalid', /JSONPatch needs it/],
    [
      policy(
        { mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: '[JSONPatch{opp: ""}]' } }] },
        'MutatingPolicy',
      ),
      'policy-invalid',
      /JSONPatch has no field opp/,
    ],
    [
      policy({ mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: '"a"' } }] }, 'MutatingPolicy'),
      'policy-invalid',
      /gives string/,
    ],
    [
      policy(
        { targetMatchConstraints: {}, mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: '[]' } }] },
        'MutatingPolicy',
      ),
      'policy-unsupported',
      /targetMatchConstraints/,
    ],
  ];
  for (const [body, code, message] of cases) await assert.rejects(load(body), { code, message }, message.source);
});

const mutating = (...expressions: readonly string[]) =>
  policy(
    {
      mutations: expressions.map((expression) =>
        expression.startsWith('Object')
          ? { patchType: 'ApplyConfiguration', applyConfiguration: { expression } }
          : { patchType: 'JSONPatch', jsonPatch: { expression } },
      ),
    },
    'MutatingPolicy',
  );

async function changed(body: JsonObject, question: Question): Promise<unknown> {
  return changeObject(await load(body), question, surroundingsOf(world));
}

test('objects are changed, by patches and by parts of objects', async () => {
  const always =
    'Object{spec: Object.spec{containers: object.spec.containers.map(c, Object.spec.containers{name: c.name, imagePullPolicy: "Always"})}}';
  const containers = [{ name: 'c0', image: 'nginx', imagePullPolicy: 'Always' }];
  const pod = (await changed(mutating(always), askForPod(['nginx']))) as { spec: object };
  assert.deepEqual(pod.spec, { containers });
  const label = '[JSONPatch{op: "add", path: "/metadata/labels/" + jsonpatch.escapeKey("a/b"), value: "c"}]';
  const seen =
    'object.metadata.?labels[?"a/b"].orValue("") == "c" ? [JSONPatch{op: "replace", path: "/metadata/labels/a~1b", value: "d"}] : []';
  const patched = (await changed(mutating(label, seen), askForPod(['nginx']))) as { metadata: { labels: object } };
  assert.deepEqual(patched.metadata.labels, { 'a/b': 'd' }, 'each sees what those before it have changed');
  const deployment = await changed(mutating(always), askForWorkload('Deployment'));
  const template = { metadata: {}, spec: { containers: [{ name: 'c', image: 'nginx', imagePullPolicy: 'Always' }] } };
  assert.deepEqual((deployment as { spec: object }).spec, { template });
  const question = askForPod(['nginx']);
  assert.equal(await changed(mutating('[]'), question), question.request?.object, 'nothing to change is the very same');
});

test('conditions of changes may name variables, and notes are evidence', async () => {
  const spec = (wanted: string) => ({
    variables: [{ name: 'team', expression: 'object.metadata.namespace' }],
    matchConditions: [{ name: 'c', expression: `variables.team == "${wanted}"` }],
    mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: '[JSONPatch{op: "add", path: "/x", value: 1}]' } }],
    auditAnnotations: [{ key: 'team', valueExpression: 'variables.team' }],
  });
  const question = askForPod(['nginx']);
  assert.deepEqual(await changed(policy(spec('team'), 'MutatingPolicy'), question), {
    ...question.request?.object,
    x: 1,
  });
  assert.equal(await changed(policy(spec('other'), 'MutatingPolicy'), question), question.request?.object);
  const policies = await load(policy(spec('team'), 'MutatingPolicy'));
  const { outcomes } = await decide(policies, question, surroundingsOf(world));
  assert.deepEqual(outcomes[0]?.evidence, [{ what: 'team', value: 'team' }]);
});

test('a change that cannot be made is unknown, and is not half made', async () => {
  const impossible = mutating('[JSONPatch{op: "remove", path: "/spec/nothing"}]');
  await assert.rejects(changed(impossible, askForPod(['nginx'])), { code: 'expression-failed' });
  assert.equal(await verdictOf([impossible], askForPod(['nginx'])), 'unknown');
  const tested = mutating(
    '[JSONPatch{op: "add", path: "/spec/x", value: 1}, JSONPatch{op: "test", path: "/spec/x", value: 2}]',
  );
  const question = askForPod(['nginx']);
  assert.equal(await changed(tested, question), question.request?.object);
});

test('any document is a policy or a typed error', async () => {
  const bodies = [
    validating({ variables: [{ name: 'a', expression: '1' }], matchConditions: [{ name: 'c', expression: 'true' }] }),
    mutating('[]', 'Object{}'),
    policy(
      { validations: [{ expression: 'true' }], attestors: [{ name: 'a', notary: { certs: { value: 'x' } } }] },
      'ImageValidatingPolicy',
    ),
    exception(),
  ];
  const paths = bodies.flatMap((body) => pathsIn(body).map((path) => ({ body, path })));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), fc.jsonValue(), async ({ body, path }, value) => {
      const broken = applyJsonPatch(body, [{ op: 'add', path, value }]) as JsonObject;
      try {
        await load({ ...broken, apiVersion: 'policies.kyverno.io/v1' }, validating());
      } catch (error) {
        assert.ok(error instanceof BullaError, `${path}: ${String(error)}`);
        assert.match(error.code, /^policy-/);
      }
    }),
    { numRuns: 500 },
  );
});

/** The pointers of everything in a document. */
function pathsIn(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [`${path}/${key}`, ...pathsIn(inner, `${path}/${key}`)]);
}
