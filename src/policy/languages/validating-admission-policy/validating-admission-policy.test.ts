import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '#kit/narrow.ts';
import { decide } from '#policy/decide.ts';
import { policyError } from '#policy/errors.ts';
import { loadPolicies } from '#policy/load.ts';
import type { AdmissionRequest } from '#policy/question.ts';
import { askForImages, askForPod, newImageWorld, surroundingsOf } from '#policy/testing.ts';

const group = 'admissionregistration.k8s.io';

const pods = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['pods'] };

function policy(spec: object, apiVersion = `${group}/v1`): JsonObject {
  return {
    apiVersion,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'images' },
    spec: {
      matchConstraints: { resourceRules: [pods] },
      validations: [
        { expression: 'object.spec.containers.all(c, c.image.startsWith("ghcr.io/"))', message: 'ours only' },
      ],
      ...spec,
    },
  };
}

function binding(spec: object = {}): JsonObject {
  return {
    apiVersion: `${group}/v1`,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'b' },
    spec: { policyName: 'images', validationActions: ['Deny'], ...spec },
  };
}

const configMap = (name: string, data: object, more: object = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'team', ...more },
  data,
});

const load = (bodies: readonly JsonObject[]) => loadPolicies(bodies.map((body) => ({ origin: 'p.yaml', body })));

interface Case {
  readonly what: string;
  readonly spec?: object;
  readonly bindings?: readonly JsonObject[];
  readonly objects?: readonly JsonObject[];
  readonly image?: string;
  readonly request?: Partial<AdmissionRequest>;
  readonly wanted: string;
  readonly says?: string;
}

const params = { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } };
const byParams = {
  ...params,
  validations: [{ expression: 'object.spec.containers.all(c, c.image.startsWith(params.data.registry))' }],
};
const named = (action: string) => ({ paramRef: { name: 'r', parameterNotFoundAction: action } });

const cases: readonly Case[] = [
  { what: 'what holds is allowed', image: 'ghcr.io/a/b', wanted: 'allow' },
  { what: 'what does not hold is denied with the message', wanted: 'deny', says: 'ours only' },
  { what: 'a binding that warns', bindings: [binding({ validationActions: ['Warn', 'Audit'] })], wanted: 'warn' },
  { what: 'a binding that audits', bindings: [binding({ validationActions: ['Audit'] })], wanted: 'allow' },
  {
    what: 'two bindings: the more serious counts',
    bindings: [binding({ validationActions: ['Audit'] }), binding()],
    wanted: 'deny',
  },
  {
    what: 'a binding for other namespaces',
    bindings: [binding({ matchResources: { namespaceSelector: { matchLabels: { env: 'prod' } } } })],
    wanted: 'allow',
  },
  {
    what: 'a binding for this namespace',
    bindings: [binding({ matchResources: { namespaceSelector: { matchLabels: { env: 'prod' } } } })],
    objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team', labels: { env: 'prod' } } }],
    wanted: 'deny',
  },
  {
    what: 'the name of a namespace is always a label',
    bindings: [
      binding({
        matchResources: {
          namespaceSelector: {
            matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['team'] }],
          },
        },
      }),
    ],
    wanted: 'allow',
  },
  { what: 'another operation', request: { operation: 'DELETE' }, wanted: 'allow' },
  { what: 'a subresource is another resource', request: { subResource: 'ephemeralcontainers' }, wanted: 'allow' },
  {
    what: 'all subresources',
    spec: { matchConstraints: { resourceRules: [{ ...pods, resources: ['pods/*'] }] } },
    request: { subResource: 'ephemeralcontainers' },
    wanted: 'deny',
  },
  {
    what: 'what is excluded',
    spec: { matchConstraints: { resourceRules: [pods], excludeResourceRules: [{ ...pods, resourceNames: ['p'] }] } },
    wanted: 'allow',
  },
  {
    what: 'labels of the object',
    spec: {
      matchConstraints: {
        resourceRules: [pods],
        objectSelector: { matchExpressions: [{ key: 'x', operator: 'Exists' }] },
      },
    },
    wanted: 'allow',
  },
  {
    what: 'only what is in no namespace',
    spec: { matchConstraints: { resourceRules: [{ ...pods, scope: 'Cluster' }] } },
    wanted: 'allow',
  },
  {
    what: 'a condition that does not hold',
    spec: { matchConditions: [{ name: 'c', expression: 'request.userInfo.username != "someone"' }] },
    wanted: 'allow',
  },
  {
    what: 'a condition that fails',
    spec: { matchConditions: [{ name: 'c', expression: 'object.nothing' }] },
    wanted: 'unknown',
  },
  {
    what: 'a condition that fails beside one that does not hold',
    spec: {
      matchConditions: [
        { name: 'a', expression: 'object.nothing' },
        { name: 'b', expression: 'false' },
      ],
    },
    wanted: 'allow',
  },
  {
    what: 'a condition that fails where failures are ignored',
    spec: { failurePolicy: 'Ignore', matchConditions: [{ name: 'c', expression: 'object.nothing' }] },
    wanted: 'warn',
  },
  {
    what: 'an expression that fails',
    spec: { validations: [{ expression: 'object.spec.nothing > 1' }] },
    wanted: 'unknown',
  },
  {
    what: 'variables',
    spec: {
      variables: [
        { name: 'first', expression: 'object.spec.containers[0]' },
        { name: 'name', expression: 'variables.first.name' },
      ],
      validations: [{ expression: 'variables.name == "c0"' }],
    },
    wanted: 'allow',
  },
  {
    what: 'a message that is made',
    spec: {
      validations: [
        { expression: 'false', message: 'm', messageExpression: '"not " + object.spec.containers[0].image' },
      ],
    },
    wanted: 'deny',
    says: 'not nginx:1',
  },
  {
    what: 'a message that cannot be made',
    spec: { validations: [{ expression: 'false', message: 'm', messageExpression: 'object.nothing' }] },
    wanted: 'deny',
    says: 'm',
  },
  {
    what: 'the object of the namespace',
    spec: {
      validations: [
        { expression: 'namespaceObject.metadata.labels["kubernetes.io/metadata.name"] == request.namespace' },
      ],
    },
    wanted: 'allow',
  },
  {
    what: 'no old object is null',
    spec: { validations: [{ expression: 'oldObject == null && request.operation == "CREATE"' }] },
    wanted: 'allow',
  },
  {
    what: 'parameters',
    spec: byParams,
    bindings: [binding(named('Deny'))],
    objects: [configMap('r', { registry: 'nginx' })],
    wanted: 'allow',
  },
  {
    what: 'parameters that say no',
    spec: byParams,
    bindings: [binding(named('Deny'))],
    objects: [configMap('r', { registry: 'ghcr.io/' })],
    wanted: 'deny',
  },
  { what: 'parameters that are not there', spec: byParams, bindings: [binding(named('Deny'))], wanted: 'unknown' },
  { what: 'parameters that need not be there', spec: byParams, bindings: [binding(named('Allow'))], wanted: 'allow' },
  {
    what: 'all parameters of a selector count, in this namespace alone',
    spec: byParams,
    bindings: [
      binding({ paramRef: { selector: { matchLabels: { for: 'images' } }, parameterNotFoundAction: 'Deny' } }),
    ],
    objects: [
      configMap('a', { registry: 'nginx' }, { labels: { for: 'images' } }),
      configMap('b', { registry: 'x' }, { labels: { for: 'images' }, namespace: 'other' }),
    ],
    wanted: 'allow',
  },
];

for (const {
  what,
  spec = {},
  bindings = [binding()],
  objects = [],
  image = 'nginx:1',
  request,
  wanted,
  says,
} of cases) {
  test(`ValidatingAdmissionPolicy: ${what}`, async () => {
    const policies = await load([policy(spec), ...bindings]);
    const verdict = await decide(policies, askForPod([image], request), surroundingsOf(newImageWorld(), { objects }));
    assert.equal(verdict.verdict, wanted, JSON.stringify(verdict.outcomes));
    if (says !== undefined) assert.ok(verdict.outcomes.some(({ reason }) => reason.message === says));
  });
}

test('a policy that nobody binds is judged as if it was enforced, and says that it is not in force', async () => {
  const policies = await load([policy({}, `${group}/v1beta1`)]);
  const { verdict } = await decide(policies, askForPod(['nginx']), surroundingsOf(newImageWorld()));
  assert.equal(verdict, 'deny');
  assert.match(policies[0]?.remarks[0] ?? '', /not in force/);
});

test('a namespace or parameters that cannot be asked are unknown', async () => {
  const gone = () => Promise.reject(policyError('resource-unavailable', 'the API server does not answer'));
  const surroundings = surroundingsOf(newImageWorld(), { resources: { get: gone, list: gone } });
  const selects = { matchConstraints: { resourceRules: [pods], namespaceSelector: { matchLabels: { a: 'b' } } } };
  for (const bodies of [
    [policy(selects), binding()],
    [policy(byParams), binding(named('Allow'))],
  ]) {
    const { verdict } = await decide(await load(bodies), askForPod(['ghcr.io/a/b']), surroundings);
    assert.equal(verdict, 'unknown');
  }
});

test('a policy about objects says nothing of images by themselves', async () => {
  const verdict = await decide(
    await load([policy({}), binding()]),
    askForImages(['nginx']),
    surroundingsOf(newImageWorld()),
  );
  assert.deepEqual(
    verdict.outcomes.map(({ outcome }) => outcome),
    ['skipped'],
  );
});

test('notes are evidence', async () => {
  const spec = { auditAnnotations: [{ key: 'image', valueExpression: 'object.spec.containers[0].image' }] };
  const { outcomes } = await decide(
    await load([policy(spec), binding()]),
    askForPod(['nginx']),
    surroundingsOf(newImageWorld()),
  );
  assert.deepEqual(outcomes[0]?.evidence, [{ what: 'image', value: 'nginx' }]);
});

test('what is not understood does not load, with the path of the field', async () => {
  const refused: readonly (readonly [bodies: readonly JsonObject[], code: string, message: RegExp])[] = [
    [[policy({ validation: [] })], 'policy-invalid', /spec\.validation: the field is not known/],
    [
      [policy({ validations: [{ expression: 'objekt.x' }] })],
      'policy-invalid',
      /spec\.validations\[0\]\.expression: .*"objekt"/,
    ],
    [[policy({ validations: [{ expression: '1' }] })], 'policy-invalid', /gives int, not bool/],
    [
      [policy({ validations: [{ expression: 'authorizer.group("").check("x").allowed()' }] })],
      'policy-unsupported',
      /authorizer/,
    ],
    [[policy({ validations: [{ expression: 'params.x' }] })], 'policy-invalid', /"params" is not known/],
    [[policy({ validations: [{ expression: 'request.opration == ""' }] })], 'policy-invalid', /no field opration/],
    [
      [
        policy({
          variables: [
            { name: 'a', expression: 'variables.b' },
            { name: 'b', expression: '1' },
          ],
        }),
      ],
      'policy-invalid',
      /spec\.variables\[0\]/,
    ],
    [[policy({ validations: [] })], 'policy-invalid', /spec\.validations: there are none/],
    [[policy({}), binding({ validationActions: ['Deny', 'Warn'] })], 'policy-invalid', /exclude each other/],
    [[policy({}), binding(named('Deny'))], 'policy-invalid', /no paramKind/],
    [
      [policy(params), binding({ paramRef: { parameterNotFoundAction: 'Deny' } })],
      'policy-invalid',
      /exactly one of name and selector/,
    ],
    [
      [policy({}), binding({ validationAction: [] })],
      'policy-invalid',
      /spec\.validationAction: the field is not known/,
    ],
  ];
  for (const [bodies, code, message] of refused) await assert.rejects(load(bodies), { code, message });
});
