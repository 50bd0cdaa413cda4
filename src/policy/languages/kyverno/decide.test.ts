import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '#kit/narrow.ts';
import { policyError } from '#policy/errors.ts';
import { noResources } from '#policy/surroundings.ts';
import { askForImages, askForPod, newImageWorld, surroundingsOf } from '#policy/testing.ts';
import type { AdmissionRequest } from '#policy/question.ts';
import { askAboutObject } from './test/ask.ts';
import { compile, policyWith } from './testing.ts';

const world = newImageWorld();
const denied = { validate: { deny: {} } };

type Given = Parameters<typeof surroundingsOf>[1];

async function decide(
  body: JsonObject,
  question = askForPod(['nginx:1']),
  given: Given = {},
  ...beside: readonly JsonObject[]
) {
  const outcomes = await compile(body, ...beside).decide(question, surroundingsOf(world, given));
  return outcomes.map(({ rule, outcome, mode, reason }) => `${rule}: ${outcome} ${mode} ${reason.code}`);
}

const refused = 'r0: failed enforce condition-refused';
const others = 'r0: skipped enforce not-applicable';

const filters: readonly (readonly [what: string, rule: object, isAbout: boolean])[] = [
  ['its kind', { match: { resources: { kinds: ['Pod'] } } }, true],
  ['another kind', { match: { resources: { kinds: ['Service'] } } }, false],
  ['version and kind', { match: { resources: { kinds: ['v1/Pod'] } } }, true],
  ['another version', { match: { resources: { kinds: ['v2/Pod'] } } }, false],
  ['every kind', { match: { resources: { kinds: ['*'] } } }, true],
  ['a part of its kind', { match: { resources: { kinds: ['Pod/exec'] } } }, false],
  ['its name', { match: { resources: { kinds: ['Pod'], names: ['x', 'p*'] } } }, true],
  ['another name', { match: { resources: { kinds: ['Pod'], name: 'x' } } }, false],
  ['its namespace', { match: { resources: { kinds: ['Pod'], namespaces: ['te?m'] } } }, true],
  ['another namespace', { match: { resources: { kinds: ['Pod'], namespaces: ['x'] } } }, false],
  ['its labels', { match: { resources: { kinds: ['Pod'], selector: { matchLabels: { 'ap?': 'w*' } } } } }, true],
  [
    'other labels',
    {
      match: {
        resources: {
          kinds: ['Pod'],
          selector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] },
        },
      },
    },
    false,
  ],
  ['annotations that it has not', { match: { resources: { kinds: ['Pod'], annotations: { a: '*' } } } }, false],
  ['what is done', { match: { resources: { kinds: ['Pod'], operations: ['CREATE'] } } }, true],
  ['something else that is done', { match: { resources: { kinds: ['Pod'], operations: ['DELETE'] } } }, false],
  ['who asks', { match: { resources: { kinds: ['Pod'] }, subjects: [{ kind: 'User', name: 'some*' }] } }, true],
  [
    'who does not ask',
    { match: { resources: { kinds: ['Pod'] }, subjects: [{ kind: 'Group', name: 'some*' }] } },
    false,
  ],
  ['any of two', { match: { any: [{ resources: { kinds: ['Service'] } }, { resources: { kinds: ['Pod'] } }] } }, true],
  ['all of two', { match: { all: [{ resources: { kinds: ['Service'] } }, { resources: { kinds: ['Pod'] } }] } }, false],
  [
    'labels of its namespace',
    { match: { resources: { kinds: ['Pod'], namespaceSelector: { matchLabels: { env: 'prod' } } } } },
    true,
  ],
  ['what is excluded', { exclude: { any: [{ resources: { namespaces: ['team'] } }] } }, false],
  [
    'what all of two exclude',
    { exclude: { all: [{ resources: { namespaces: ['team'] } }, { resources: { names: ['x'] } }] } },
    true,
  ],
  ['who is excluded', { exclude: { subjects: [{ kind: 'User', name: 'someone' }] } }, false],
  [
    'preconditions that hold',
    { preconditions: { all: [{ key: '{{ request.object.metadata.name }}', operator: 'Equals', value: 'p' }] } },
    true,
  ],
  [
    'preconditions that do not',
    { preconditions: [{ key: '{{ request.operation }}', operator: 'NotEquals', value: 'CREATE' }] },
    false,
  ],
  ['preconditions in CEL', { celPreconditions: [{ name: 'x', expression: "object.metadata.name == 'q'" }] }, false],
];

const team = { kind: 'Namespace', metadata: { name: 'team', labels: { env: 'prod' } } };

for (const [what, rule, isAbout] of filters) {
  test(`a rule about ${what}`, async () => {
    const question = askForPod(['nginx:1'], {}, { app: 'web' });
    assert.deepEqual(await decide(policyWith([{ ...denied, ...rule }]), question, { objects: [team] }), [
      isAbout ? refused : others,
    ]);
  });
}

test('a namespace that cannot be asked is unknown, and never passed over', async () => {
  const rule = {
    ...denied,
    match: { resources: { kinds: ['Pod'], namespaceSelector: { matchLabels: { env: 'x' } } } },
  };
  const unknown = 'r0: unknown enforce evidence-unavailable';
  assert.deepEqual(await decide(policyWith([rule])), [unknown]);
  const get = () => Promise.reject(policyError('resource-unavailable', 'the cluster does not answer'));
  assert.deepEqual(await decide(policyWith([rule]), askForPod(['x']), { resources: { ...noResources, get } }), [
    unknown,
  ]);
});

test('an object that is being deleted is looked at', async () => {
  const object = {
    ...askForPod(['nginx:1']).request?.object,
    metadata: { name: 'p', deletionTimestamp: '2026-01-01T00:00:00Z' },
  };
  assert.deepEqual(await decide(policyWith([denied]), askForPod([], { object })), [refused]);
});

test('what is deleted is what expressions name as the object', async () => {
  const { object } = askForPod(['nginx:1']).request ?? {};
  const conditions = { all: [{ key: '{{ request.object.metadata.name }}', operator: 'Equals', value: 'p' }] };
  const question = askForPod([], { object: undefined, oldObject: object, operation: 'DELETE' });
  assert.deepEqual(await decide(policyWith([{ validate: { deny: { conditions } } }]), question), [refused]);
  assert.deepEqual(await decide(policyWith([{ validate: { pattern: { a: 'b' } } }]), question), [others]);
});

test('a rule may not compare without end', async () => {
  const many = Array.from({ length: 3000 }, (_item, index) => `${index}`);
  const conditions = {
    all: [{ key: '{{ request.object.many }}', operator: 'AnyIn', value: '{{ request.object.more }}' }],
  };
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, many, more: many.map((one) => `x${one}`) };
  assert.deepEqual(await decide(policyWith([{ validate: { deny: { conditions } } }]), askForPod([], { object })), [
    'r0: unknown enforce policy-failed',
  ]);
});

test('roles are those that bindings give', async () => {
  const rule = { ...denied, match: { resources: { kinds: ['Pod'] }, clusterRoles: ['admin'] } };
  const binding = {
    kind: 'ClusterRoleBinding',
    metadata: { name: 'b' },
    subjects: [{ kind: 'User', name: 'someone' }],
    roleRef: { kind: 'ClusterRole', name: 'admin' },
  };
  assert.deepEqual(await decide(policyWith([rule]), askForPod(['x']), { objects: [binding] }), [refused]);
  assert.deepEqual(await decide(policyWith([rule]), askForPod(['x'])), [others]);
  const conditions = { all: [{ key: 'admin', operator: 'AnyIn', value: '{{ request.clusterRoles }}' }] };
  const named = policyWith([{ validate: { deny: { conditions } } }]);
  assert.deepEqual(await decide(named, askForPod(['x']), { objects: [binding] }), [refused]);
});

const modes: readonly (readonly [spec: object, validate: object, mode: string])[] = [
  [{ validationFailureAction: undefined }, {}, 'audit'],
  [{ validationFailureAction: 'enforce' }, {}, 'enforce'],
  [{ validationFailureAction: 'Audit', emitWarning: true }, {}, 'warn'],
  [{ validationFailureAction: 'Audit' }, { failureAction: 'Enforce' }, 'enforce'],
  [
    {
      validationFailureAction: 'Audit',
      validationFailureActionOverrides: [{ action: 'enforce', namespaces: ['te*'] }],
    },
    {},
    'enforce',
  ],
  [
    { validationFailureAction: 'Audit', validationFailureActionOverrides: [{ action: 'enforce', namespaces: ['x'] }] },
    {},
    'audit',
  ],
  [
    { validationFailureActionOverrides: [{ action: 'audit', namespaceSelector: { matchLabels: { env: 'prod' } } }] },
    {},
    'audit',
  ],
  [{}, { failureActionOverrides: [{ action: 'Audit', namespaces: ['team'] }] }, 'audit'],
];

for (const [spec, validate, mode] of modes) {
  test(`${JSON.stringify({ ...spec, ...validate })} is meant as ${mode}`, async () => {
    const body = policyWith([{ validate: { deny: {}, ...validate } }], spec);
    assert.deepEqual(await decide(body, askForPod(['x']), { objects: [team] }), [
      `r0: failed ${mode} condition-refused`,
    ]);
  });
}

const everywhere = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job', 'CronJob'];
const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'evil/x:1' }] } };
const controller = (kind: string) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'd' },
  spec: kind === 'CronJob' ? { jobTemplate: { spec: { template } } } : { template },
});
const aboutController = (kind: string) => askAboutObject(controller(kind), 'CREATE', { username: '', groups: [] });
const rules = {
  pattern: { validate: { pattern: { spec: { containers: [{ image: 'good/*' }] } } } },
  anyPattern: { validate: { anyPattern: [{ spec: { containers: [{ image: 'good/*' }] } }] } },
  deny: {
    validate: {
      deny: {
        conditions: {
          any: [{ key: '{{ request.object.spec.containers[].image }}', operator: 'AnyIn', value: 'evil/*' }],
        },
      },
    },
  },
  foreach: { validate: { foreach: [{ list: 'request.object.spec.containers', pattern: { image: 'good/*' } }] } },
  cel: {
    validate: { cel: { expressions: [{ expression: "object.spec.containers.all(c, c.image.startsWith('good/'))" }] } },
  },
};

for (const kind of everywhere) {
  test(`what holds for pods holds for those of a ${kind}`, async () => {
    for (const rule of Object.values(rules)) {
      const outcomes = await decide(policyWith([rule]), aboutController(kind));
      const outcome = outcomes.find((one) => one.includes('autogen'));
      assert.match(outcome ?? '', kind === 'CronJob' ? /^autogen-cronjob-r0: failed/ : /^autogen-r0: failed/);
    }
  });
}

const withoutRules: readonly (readonly [what: string, rule: object, metadata: object])[] = [
  ['a name', { match: { resources: { kinds: ['Pod'], names: ['x'] } } }, {}],
  ['a selector', { match: { resources: { kinds: ['Pod'], selector: { matchLabels: { a: 'b' } } } } }, {}],
  ['other kinds', { match: { resources: { kinds: ['Pod', 'Service'] } } }, {}],
  ['a version', { match: { resources: { kinds: ['v1/Pod'] } } }, {}],
  ['an annotation', {}, { annotations: { 'pod-policies.kyverno.io/autogen-controllers': 'none' } }],
];

for (const [what, rule, metadata] of withoutRules) {
  test(`${what} keeps rules about pods from following for others, and that is remarked`, async () => {
    const body = policyWith([{ ...rules.pattern, ...rule }], {}, metadata);
    assert.ok((await decide(body, aboutController('Deployment'))).every((one) => !one.includes('autogen')));
    assert.match(
      compile(body)
        .remarks.map(({ en }) => en)
        .join('\n'),
      /only pods themselves/,
    );
  });
}

test('a rule that follows for other kinds is about those alone', async () => {
  const match = { any: [{ resources: { kinds: ['Pod'] } }, { resources: { kinds: ['Service'] } }] };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's' },
    spec: { containers: [{ image: 'good/x' }] },
  };
  const question = askAboutObject(service, 'CREATE', { username: '', groups: [] });
  assert.deepEqual(await decide(policyWith([{ ...rules.pattern, match }]), question), ['r0: passed enforce passed']);
});

test('an annotation names the kinds for which rules follow', async () => {
  const annotations = { 'pod-policies.kyverno.io/autogen-controllers': 'Deployment' };
  const body = policyWith([rules.pattern], {}, { annotations });
  assert.equal((await decide(body, aboutController('Deployment'))).length, 2);
  assert.equal((await decide(body, aboutController('CronJob'))).length, 1);
});

const exception = (spec: object = {}): JsonObject => ({
  apiVersion: 'kyverno.io/v2',
  kind: 'PolicyException',
  metadata: { name: 'e', namespace: 'team' },
  spec: {
    match: { any: [{ resources: { kinds: ['Pod'], names: ['p'] } }] },
    exceptions: [{ policyName: 'p', ruleNames: ['r*'] }],
    ...spec,
  },
});

test('an exception takes out what it names, and nothing else', async () => {
  const body = policyWith([denied]);
  const question = askForPod(['x']);
  assert.deepEqual(await decide(body, question, {}, exception()), ['r0: skipped enforce excepted']);
  assert.deepEqual(await decide(body, question, {}, exception({ match: { any: [{ resources: { names: ['q'] } }] } })), [
    refused,
  ]);
  assert.deepEqual(
    await decide(body, question, {}, exception({ exceptions: [{ policyName: 'q', ruleNames: ['*'] }] })),
    [refused],
  );
  const conditions = { any: [{ key: '{{ request.object.nothing }}', operator: 'Equals', value: 'x' }] };
  assert.deepEqual(await decide(body, question, {}, exception({ conditions })), [refused], 'what cannot be found out');
  assert.throws(() => compile(body, exception({ more: 1 })), { code: 'policy-invalid' });
});

test('a policy of a namespace is about that alone', async () => {
  const body = (namespace: string) => ({ ...policyWith([denied], {}, { namespace }), kind: 'Policy' });
  assert.deepEqual(await decide(body('team')), [refused]);
  assert.deepEqual(await decide(body('other')), []);
});

test('one rule is enough where a policy says so', async () => {
  const both = [denied, denied];
  assert.equal((await decide(policyWith(both, { applyRules: 'One' }))).length, 1);
  assert.equal((await decide(policyWith(both))).length, 2);
});

test('conditions in CEL keep a whole policy from being asked', async () => {
  const conditions = (expression: string) => ({
    webhookConfiguration: { matchConditions: [{ name: 'c', expression }] },
  });
  assert.deepEqual(await decide(policyWith([denied], conditions("request.userInfo.username != 'someone'"))), []);
  assert.deepEqual(await decide(policyWith([denied], conditions("request.userInfo.username == 'someone'"))), [refused]);
});

test('an object that was so before, where a rule allows that', async () => {
  const { object } = askForPod(['evil/x']).request ?? {};
  const before = { ...object, spec: { containers: [{ name: 'c', image: 'good/x' }] } };
  const say = (oldObject: JsonObject, allowExistingViolations?: boolean) =>
    decide(
      policyWith([{ validate: { ...rules.pattern.validate, allowExistingViolations } }]),
      askForPod([], { object, oldObject, operation: 'UPDATE' }),
    );
  assert.match((await say(object ?? {}, true))[0] ?? '', /skipped/);
  assert.match((await say(object ?? {}))[0] ?? '', /failed/);
  assert.match((await say(before, true))[0] ?? '', /failed/);
});

test('of images alone rules are asked that speak of images', async () => {
  assert.match((await decide(policyWith([rules.pattern]), askForImages(['evil/x'])))[0] ?? '', /failed/);
  assert.match(
    (
      await decide(
        policyWith([{ validate: { pattern: { metadata: { labels: { app: '?*' } } } } }]),
        askForImages(['x']),
      )
    )[0] ?? '',
    /skipped/,
  );
});

const containers = (images: readonly string[]) => images.map((image, index) => ({ name: `c${index}`, image }));
const podOf = (fields: object): Partial<AdmissionRequest> => ({
  object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: fields },
});

test('lists within lists, and what comes of them', async () => {
  const body = policyWith([
    {
      validate: {
        message: 'no {{ element1.port }}',
        foreach: [
          {
            list: 'request.object.spec.containers',
            foreach: [
              {
                list: 'element.ports',
                deny: {
                  conditions: {
                    all: [
                      { key: '{{ element1.port }}', operator: 'GreaterThan', value: 1024 },
                      { key: '{{ elementIndex0 }}', operator: 'Equals', value: 1 },
                    ],
                  },
                },
              },
            ],
          },
        ],
      },
    },
  ]);
  const withPorts = (...ports: readonly number[]) => ({
    name: 'c',
    image: 'x',
    ports: ports.map((port) => ({ port })),
  });
  assert.deepEqual(await decide(body, askForPod([], podOf({ containers: [withPorts(2000), withPorts(80)] }))), [
    'r0: passed enforce passed',
  ]);
  assert.deepEqual(await decide(body, askForPod([], podOf({ containers: [withPorts(80), withPorts(2000)] }))), [
    refused,
  ]);
  assert.deepEqual(await decide(body, askForPod([], podOf({ initContainers: [] }))), [others]);
});

test('a pattern within a list of texts is about the element around it', async () => {
  const foreach = [{ list: 'element.args', pattern: { name: 'c*' } }];
  const body = policyWith([{ validate: { foreach: [{ list: 'request.object.spec.containers', foreach }] } }]);
  const say = (name: string) => decide(body, askForPod([], podOf({ containers: [{ name, image: 'x', args: ['a'] }] })));
  assert.deepEqual(await say('c0'), ['r0: passed enforce passed']);
  assert.deepEqual(await say('d0'), ['r0: failed enforce pattern-mismatch']);
});

test('a condition without a value is one with nothing', async () => {
  const say = (operator: string) => {
    const conditions = { all: [{ key: '{{ request.object.kind }}', operator }] };
    return decide(policyWith([{ validate: { deny: { conditions } } }]), askForPod(['x']));
  };
  assert.deepEqual(await say('NotEquals'), [refused]);
  assert.deepEqual(await say('Equals'), ['r0: passed enforce passed']);
});

test('what somebody writes into an object does not become an expression', async () => {
  const key = "{{ regex_replace_all('^good/.*$', '{{ element.image }}', 'ok') }}";
  const body = policyWith([
    {
      validate: {
        foreach: [
          {
            list: 'request.object.spec.containers',
            deny: { conditions: { all: [{ key, operator: 'NotEquals', value: 'ok' }] } },
          },
        ],
      },
    },
  ]);
  const said = async (image: string) =>
    (await decide(body, askForPod([], podOf({ containers: containers([image]) }))))[0];
  assert.equal(await said('good/x'), 'r0: passed enforce passed');
  for (const image of ['evil', "evil', '') || 'ok", "x','ok') || regex_replace_all('a', 'b", '{{ `ok` }}', '{{ok}}']) {
    assert.equal(await said(image), refused, image);
  }
  assert.match((await said(String.raw`evil\'`)) ?? '', /unknown enforce policy-failed/);
});

test('references within a pattern', async () => {
  const pattern = {
    spec: {
      containers: [{ resources: { requests: { memory: '<=$(./../../limits/memory)' }, limits: { memory: '1Gi' } } }],
    },
  };
  const say = (requests: string) => {
    const resources = { requests: { memory: requests }, limits: { memory: '1Gi' } };
    return decide(
      policyWith([{ validate: { pattern } }]),
      askForPod([], podOf({ containers: [{ name: 'c', image: 'x', resources }] })),
    );
  };
  assert.match((await say('512Mi'))[0] ?? '', /passed/);
  assert.match((await say('2Gi'))[0] ?? '', /failed/);
});

const contexts: readonly (readonly [what: string, context: readonly object[], key: string, value: unknown])[] = [
  ['a value', [{ name: 'v', variable: { value: { a: [1, 2] }, jmesPath: 'a[1]' } }], '{{ v }}', 2],
  ['a default', [{ name: 'v', variable: { jmesPath: 'request.object.nothing', default: 'd' } }], '{{ v }}', 'd'],
  [
    'one that names another',
    [
      { name: 'a', variable: { value: 'x' } },
      { name: 'b', variable: { value: '{{ a }}y' } },
    ],
    '{{ b }}',
    'xy',
  ],
  ['one that is never asked for', [{ name: 'v', configMap: { name: 'nothing' } }], 'z', 'z'],
  [
    'a ConfigMap',
    [{ name: 'c', configMap: { name: 'm', namespace: '{{ request.namespace }}' } }],
    '{{ c.data.k }}',
    'v',
  ],
  [
    'the API',
    [{ name: 'n', apiCall: { urlPath: '/api/v1/namespaces/team/configmaps', jmesPath: 'items | length(@)' } }],
    '{{ n }}',
    1,
  ],
  [
    'one object of the API',
    [{ name: 'n', apiCall: { urlPath: '/api/v1/namespaces/{{ request.namespace }}' } }],
    '{{ n.metadata.labels.env }}',
    'prod',
  ],
  [
    'what is not in the API',
    [{ name: 'n', apiCall: { urlPath: '/api/v1/namespaces/x', default: { none: true } } }],
    '{{ n.none }}',
    true,
  ],
  [
    'an image',
    [{ name: 'i', imageRegistry: { reference: 'ghcr.io/team/app:1' } }],
    '{{ i.registry }}/{{ i.repository }}:{{ i.identifier }} {{ i.configData.config.User }}',
    'ghcr.io/team/app:1 me',
  ],
  ['images', [], '{{ images.containers.c0.path }} {{ images.containers.c0.tag }}', 'nginx 1'],
  ['who asks', [], '{{ serviceAccountName || request.userInfo.username }}', 'someone'],
];

for (const [what, context, key, value] of contexts) {
  test(`an expression names ${what}`, async () => {
    world.put('ghcr.io/team/app:1', 'me');
    const configMap = { kind: 'ConfigMap', metadata: { name: 'm', namespace: 'team' }, data: { k: 'v' } };
    const rule = { context, validate: { deny: { conditions: { all: [{ key, operator: 'Equals', value }] } } } };
    assert.deepEqual(await decide(policyWith([rule]), askForPod(['nginx:1']), { objects: [team, configMap] }), [
      refused,
    ]);
  });
}

const lacking: readonly (readonly [what: string, context: readonly object[], key: string, reason: string])[] = [
  ['no ConfigMap', [{ name: 'c', configMap: { name: 'x' } }], '{{ c.data.k }}', 'evidence-unavailable'],
  ['no key', [], '{{ request.object.nothing }}', 'policy-failed'],
  ['no kind', [{ name: 'n', apiCall: { urlPath: '/apis/x.example/v1/things' } }], '{{ n }}', 'policy-failed'],
  [
    'no image',
    [{ name: 'i', imageRegistry: { reference: 'ghcr.io/team/gone:1' } }],
    '{{ i.registry }}',
    'evidence-unavailable',
  ],
  ['nothing', [{ name: 'v', variable: { jmesPath: 'request.object.nothing' } }], '{{ v }}', 'policy-failed'],
];

for (const [what, context, key, reason] of lacking) {
  test(`where there is ${what} it is unknown`, async () => {
    const rule = { context, validate: { deny: { conditions: { all: [{ key, operator: 'Equals', value: 1 }] } } } };
    assert.deepEqual(await decide(policyWith([rule])), [`r0: unknown enforce ${reason}`]);
  });
}

test('a policy of a namespace reads nothing of others', async () => {
  for (const entry of [
    { configMap: { name: 'm', namespace: 'other' } },
    { apiCall: { urlPath: '/api/v1/namespaces/other/secrets' } },
    { apiCall: { urlPath: '/api/v1/secrets' } },
  ]) {
    const rule = {
      context: [{ name: 'c', ...entry }],
      validate: { deny: { conditions: { all: [{ key: '{{ c }}', operator: 'Equals', value: 1 }] } } },
    };
    const body = { ...policyWith([rule], {}, { namespace: 'team' }), kind: 'Policy' };
    assert.deepEqual(await decide(body), ['r0: unknown enforce policy-failed']);
  }
});

test('what an expression says of an object is no template', async () => {
  const say = async (messageExpression: string | undefined) => {
    const cel = { expressions: [{ expression: 'false', messageExpression }] };
    const policy = compile(policyWith([{ validate: { message: 'no {{ request.operation }}', cel } }]));
    const [outcome] = await policy.decide(askForPod(['{{ request.userInfo.username }}']), surroundingsOf(world));
    return outcome?.reason.message;
  };
  assert.equal(await say('object.spec.containers[0].image'), '{{ request.userInfo.username }}');
  assert.equal(await say(undefined), 'no CREATE');
});

test('the message is for whoever asked', async () => {
  const rule = { validate: { message: 'not {{ request.object.metadata.name }}', deny: {} } };
  const [outcome] = await compile(policyWith([rule])).decide(askForPod(['x']), surroundingsOf(world));
  assert.equal(outcome?.reason.message, 'not p');
});
