import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyConfiguration } from './apply-configuration.ts';
import { applyJsonPatch } from './json-patch.ts';

const object = { a: [1, 2], b: { c: 1, 'd/e': 2 } };

test('changes of RFC 6902', () => {
  const cases: readonly (readonly [operation: object, wanted: unknown])[] = [
    [
      { op: 'add', path: '/a/0', value: 0 },
      { ...object, a: [0, 1, 2] },
    ],
    [
      { op: 'add', path: '/a/-', value: 3 },
      { ...object, a: [1, 2, 3] },
    ],
    [
      { op: 'add', path: '/b/c', value: 9 },
      { ...object, b: { 'd/e': 2, c: 9 } },
    ],
    [
      { op: 'add', path: '/b/d~1e', value: 9 },
      { ...object, b: { c: 1, 'd/e': 9 } },
    ],
    [{ op: 'add', path: '', value: 1 }, 1],
    [
      { op: 'replace', path: '/a/1', value: 9 },
      { ...object, a: [1, 9] },
    ],
    [
      { op: 'remove', path: '/a/0' },
      { ...object, a: [2] },
    ],
    [{ op: 'remove', path: '/b' }, { a: [1, 2] }],
    [
      { op: 'copy', from: '/a/0', path: '/x' },
      { ...object, x: 1 },
    ],
    [
      { op: 'move', from: '/b/c', path: '/c' },
      { a: [1, 2], b: { 'd/e': 2 }, c: 1 },
    ],
    [{ op: 'test', path: '/a', value: [1, 2] }, object],
  ];
  for (const [operation, wanted] of cases) {
    assert.deepEqual(applyJsonPatch(object, [operation]), wanted, JSON.stringify(operation));
  }
  const named = applyJsonPatch(object, [{ op: 'add', path: '/__proto__', value: { polluted: true } }]);
  assert.ok(Object.hasOwn(named as object, '__proto__') && !('polluted' in {}) && !('polluted' in object));
});

test('what cannot be applied fails, and the object stays as it was', () => {
  const before = structuredClone(object);
  for (const operation of [
    { op: 'remove', path: '/nothing' },
    { op: 'replace', path: '/nothing', value: 1 },
    { op: 'add', path: '/nothing/x', value: 1 },
    { op: 'add', path: '/a/3', value: 1 },
    { op: 'add', path: '/a/01', value: 1 },
    { op: 'replace', path: '/a/-', value: 1 },
    { op: 'copy', from: '/nothing', path: '/x' },
    { op: 'add', path: 'a', value: 1 },
    { op: 'grow', path: '/a' },
    {},
  ]) {
    assert.throws(() => applyJsonPatch(object, [operation]), { code: 'expression-failed' }, JSON.stringify(operation));
  }
  assert.deepEqual(object, before);
});

test('parts are merged as server-side apply does', () => {
  const pod = {
    metadata: { labels: { a: 'b' }, finalizers: ['x'] },
    spec: {
      containers: [
        {
          name: 'one',
          image: 'a',
          ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }],
          args: ['x'],
        },
        { name: 'two', image: 'b' },
      ],
    },
  };
  const applied = {
    metadata: { labels: { c: 'd' }, finalizers: ['y', 'x'] },
    spec: {
      initContainers: [],
      containers: [
        { name: 'two', env: [{ name: 'A', value: '1' }] },
        { name: 'one', ports: [{ containerPort: 80, protocol: 'TCP', name: 'web' }], args: ['y'] },
      ],
    },
  };
  assert.deepEqual(applyConfiguration(pod, applied), {
    metadata: { labels: { a: 'b', c: 'd' }, finalizers: ['x', 'y'] },
    spec: {
      containers: [
        {
          name: 'one',
          image: 'a',
          ports: [
            { containerPort: 80, protocol: 'TCP', name: 'web' },
            { containerPort: 80, protocol: 'UDP' },
          ],
          args: ['y'],
        },
        { name: 'two', image: 'b', env: [{ name: 'A', value: '1' }] },
      ],
    },
  });
});
