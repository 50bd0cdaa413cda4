import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '#kit/narrow.ts';
import { compile, policyWith } from '#policy/languages/kyverno/testing.ts';
import { askForPod, newImageWorld, surroundingsOf } from '#policy/testing.ts';
import { applyJsonPatch, readJsonPatch } from './json-patch.ts';
import { resolveAnchors } from './anchors.ts';

const start = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', labels: { app: 'web' } },
  spec: {
    containers: [
      { name: 'a', image: 'nginx:latest' },
      { name: 'b', image: 'redis:7', env: [{ name: 'X', value: '1' }] },
    ],
  },
};

async function change(...rules: readonly object[]): Promise<JsonObject> {
  const question = askForPod([], { object: start });
  const changed = await compile(policyWith(rules.map((mutate) => ({ mutate })))).change?.(
    question,
    surroundingsOf(newImageWorld()),
  );
  return changed ?? {};
}

const merge = (patch: object) => ({ patchStrategicMerge: patch });
const withSpec = (spec: object) => ({ ...start, spec: { ...start.spec, ...spec } });
const [a, b] = start.spec.containers;

const cases: readonly (readonly [what: string, mutate: object, expected: object])[] = [
  ['a field', merge({ spec: { hostNetwork: false } }), withSpec({ hostNetwork: false })],
  [
    'an element by its name',
    merge({ spec: { containers: [{ name: 'b', image: 'x' }] } }),
    withSpec({ containers: [{ ...b, image: 'x' }, a] }),
  ],
  [
    'elements of a list within',
    merge({ spec: { containers: [{ name: 'b', env: [{ name: 'Y', value: '2' }] }] } }),
    withSpec({
      containers: [
        {
          ...b,
          env: [
            { name: 'Y', value: '2' },
            { name: 'X', value: '1' },
          ],
        },
        a,
      ],
    }),
  ],
  ['a field that is taken away', merge({ metadata: { labels: null } }), { ...start, metadata: { name: 'p' } }],
  [
    'what is not there yet',
    merge({ metadata: { labels: { '+(app)': 'x', '+(team)': 'y' } } }),
    { ...start, metadata: { name: 'p', labels: { app: 'web', team: 'y' } } },
  ],
  [
    'every element of a condition',
    merge({ spec: { containers: [{ '(image)': '*:latest', imagePullPolicy: 'Always' }] } }),
    withSpec({ containers: [{ ...a, imagePullPolicy: 'Always' }, b] }),
  ],
  [
    'what a condition is not about',
    merge({ spec: { containers: [{ '(image)': 'x*', imagePullPolicy: 'Always' }] } }),
    start,
  ],
  [
    'everything, if some element is so',
    merge({ spec: { containers: [{ '<(image)': 'redis*' }], imagePullSecrets: [{ name: 's' }] } }),
    withSpec({ imagePullSecrets: [{ name: 's' }] }),
  ],
  [
    'nothing, if no element is so',
    merge({ spec: { containers: [{ '<(image)': 'x*' }], imagePullSecrets: [{ name: 's' }] } }),
    start,
  ],
  ['nothing, if a condition does not hold', merge({ metadata: { '(name)': 'q', labels: { x: 'y' } } }), start],
  [
    'what is to be added below a condition, whatever else stands there',
    merge({ metadata: { '(labels)': { '+(team)': 'x', '(app)': 'other' } } }),
    { ...start, metadata: { name: 'p', labels: { app: 'web', team: 'x' } } },
  ],
  [
    'nothing, if a condition on everything comes before one on an element, in the order of the keys',
    merge({
      spec: {
        containers: [
          {
            name: 'a',
            securityContext: { '(runAsNonRoot)': true },
            '+(resources)': { '<(limits)': { memory: '2Gi' } },
          },
        ],
        hostNetwork: true,
      },
    }),
    start,
  ],
  [
    'each element by itself',
    merge({ spec: { containers: [{ '(name)': '*', '+(env)': [{ name: 'Y', value: '2' }] }] } }),
    withSpec({ containers: [{ ...a, env: [{ name: 'Y', value: '2' }] }, b] }),
  ],
  [
    'a list from which something goes that is not there',
    merge({ spec: { volumes: [{ name: 'v', $patch: 'delete' }] } }),
    withSpec({ volumes: [] }),
  ],
  [
    'an empty object',
    merge({ spec: { volumes: [{ name: 'v', emptyDir: {} }] } }),
    withSpec({ volumes: [{ name: 'v', emptyDir: {} }] }),
  ],
  [
    'by variables',
    merge({
      metadata: { labels: { '{{ request.object.metadata.name }}': '{{ request.object.spec.containers[0].name }}' } },
    }),
    { ...start, metadata: { name: 'p', labels: { app: 'web', p: 'a' } } },
  ],
  [
    'each element of a list',
    {
      foreach: [
        {
          list: 'request.object.spec.containers',
          patchStrategicMerge: {
            spec: { containers: [{ name: '{{ element.name }}', image: 'r/{{ element.image }}' }] },
          },
        },
      ],
    },
    withSpec({
      containers: [
        { ...a, image: 'r/nginx:latest' },
        { ...b, image: 'r/redis:7' },
      ],
    }),
  ],
  [
    'some elements of a list, by a patch',
    {
      foreach: [
        {
          list: 'request.object.spec.containers',
          preconditions: { all: [{ key: '{{ element.image }}', operator: 'Equals', value: 'redis*' }] },
          patchesJson6902: '- op: replace\n  path: /spec/containers/{{elementIndex}}/image\n  value: x',
        },
      ],
    },
    withSpec({ containers: [a, { ...b, image: 'x' }] }),
  ],
  [
    'by a patch',
    { patchesJson6902: '[{"op": "add", "path": "/metadata/annotations/a~1b", "value": "c"}]' },
    { ...start, metadata: { ...start.metadata, annotations: { 'a/b': 'c' } } },
  ],
];

for (const [what, mutate, expected] of cases) {
  test(`changed is ${what}`, async () => assert.deepEqual(await change(mutate), expected));
}

test('rules change one after the other, and what changes nothing is the very same', async () => {
  const label = (key: string, value: string) => merge({ metadata: { labels: { [key]: value } } });
  const changed = await change(label('x', 'one'), label('y', '{{ request.object.metadata.labels.x }}'));
  assert.deepEqual(changed['metadata'], { name: 'p', labels: { app: 'web', x: 'one', y: 'one' } });
  assert.equal(await change(label('app', 'web')), start);
});

test('a rule that changes others leaves this one as it is, and says so', async () => {
  const others = { targets: [{ apiVersion: 'v1', kind: 'Pod', name: '{{ request.object.metadata.name }}' }] };
  const patch = merge({ metadata: { labels: { x: 'one' } } });
  const policy = compile(policyWith([{ mutate: { ...others, ...patch } }, { mutate: patch }]));
  assert.deepEqual(
    policy.remarks.map(({ en }) => en).filter((remark) => remark.includes('already there')),
    ['rule r0 changes objects that are already there, which is left to Kyverno: it decides nothing here'],
  );
  assert.ok(!('change' in compile(policyWith([{ mutate: { ...others, ...patch } }]))));
  assert.notEqual(await change({ targets: [], ...patch }), start);
});

test('what cannot be changed is said, and not left out', async () => {
  await assert.rejects(change(merge({ metadata: { labels: { x: '{{ request.object.nothing }}' } } })), {
    code: 'expression-failed',
  });
  await assert.rejects(change(merge({ spec: { containers: [{ image: 'x' }] } })), { code: 'expression-failed' });
  await assert.rejects(change({ patchesJson6902: '[{"op": "replace", "path": "/spec/x", "value": 1}]' }), {
    code: 'expression-failed',
  });
});

const patches: readonly (readonly [operation: object, before: unknown, after: unknown])[] = [
  [{ op: 'add', path: '/a', value: 1 }, {}, { a: 1 }],
  [{ op: 'add', path: '/l/-', value: 3 }, { l: [1] }, { l: [1, 3] }],
  [{ op: 'add', path: '/l/0', value: 3 }, { l: [1] }, { l: [3, 1] }],
  [{ op: 'add', path: '/l/-1', value: 3 }, { l: [1, 2] }, { l: [1, 2, 3] }],
  [{ op: 'add', path: '/l/-3', value: 3 }, { l: [1, 2] }, { l: [3, 1, 2] }],
  [{ op: 'replace', path: '/l/-1', value: 3 }, { l: [1, 2] }, { l: [1, 3] }],
  [{ op: 'add', path: '/x/2/y', value: 3 }, {}, { x: [null, null, { y: 3 }] }],
  [{ op: 'add', path: '/x/y', value: 1 }, {}, { x: { y: 1 } }],
  [{ op: 'replace', path: '/a', value: 2 }, { a: 1 }, { a: 2 }],
  [{ op: 'remove', path: '/a' }, { a: 1, b: 2 }, { b: 2 }],
  [{ op: 'remove', path: '/z' }, { a: 1 }, { a: 1 }],
  [{ op: 'remove', path: '/l/0' }, { l: [1, 2] }, { l: [2] }],
  [{ op: 'move', from: '/a', path: '/b' }, { a: 1 }, { b: 1 }],
  [{ op: 'copy', from: '/a', path: '/b' }, { a: 1 }, { a: 1, b: 1 }],
  [{ op: 'test', path: '/a', value: 1 }, { a: 1 }, { a: 1 }],
];

for (const [operation, before, after] of patches) {
  test(JSON.stringify(operation), () => {
    assert.deepEqual(applyJsonPatch(before, readJsonPatch(JSON.stringify([operation]))), after);
  });
}

test('a patch that cannot be applied', () => {
  for (const operation of [
    { op: 'test', path: '/a', value: 2 },
    { op: 'x', path: '/a' },
    { op: 'add', path: 'a', value: 1 },
    { op: 'add', path: '/l/9', value: 1 },
    { op: 'add', path: '/a/b', value: 1 },
    { op: 'add', path: '/l/-/b', value: 1 },
    { op: 'replace', path: '/a' },
    { op: 'add', path: '/x/100000/y', value: 1 },
    { op: 'copy', from: '/x', path: '/b' },
    { op: 'move', from: '/x', path: '/b' },
    { op: 'copy', from: '/a', path: '/x/b' },
    { op: 'remove', path: '' },
  ]) {
    const apply = () => applyJsonPatch({ a: 1, l: [] }, readJsonPatch(JSON.stringify([operation])));
    assert.throws(apply, { code: 'expression-failed' });
  }
  assert.throws(() => readJsonPatch('{}'), { code: 'expression-failed' });
});

test('anchors of any patch are resolved for any object', () => {
  const object = fc.dictionary(fc.constantFrom('a', '(a)', '+(b)', '<(c)', 'name'), fc.jsonValue());
  fc.assert(fc.property(object, object, (patch, value) => void resolveAnchors(patch, value)));
});
