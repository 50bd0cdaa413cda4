import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { imagesOfObject } from './images-of-object.ts';
import { imagesOfPod } from './images-of-pod.ts';
import { podSpecsByShape } from './pod-specs-by-shape.ts';
import { podSpecsOf, workloadKinds } from './pod-specs.ts';
import { stepInto, stepsOf } from './pointer.ts';

const pod = {
  initContainers: [{ name: 'setup', image: 'busybox' }],
  containers: [{ name: 'web', image: 'nginx:1.27' }],
  ephemeralContainers: [{ name: 'debug', image: 'alpine' }],
  volumes: [
    { name: 'data', emptyDir: {} },
    { name: 'models', image: { reference: 'ghcr.io/org/models:1' } },
  ],
};

/** An object of a kind with a pod where that kind has it. */
const objects: readonly (readonly [object: object, pointer: string])[] = [
  [{ kind: 'Pod', spec: pod }, '/spec'],
  [{ kind: 'PodTemplate', template: { spec: pod } }, '/template/spec'],
  [{ kind: 'EphemeralContainers', ...pod }, ''],
  [
    { kind: 'CronJob', spec: { jobTemplate: { spec: { template: { spec: pod } } } } },
    '/spec/jobTemplate/spec/template/spec',
  ],
  ...['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet', 'DaemonSet', 'Job'].map(
    (kind) => [{ kind, spec: { template: { spec: pod } } }, '/spec/template/spec'] as const,
  ),
];

test('every kind of workload gives the images of all three lists and of volumes, with the places of their texts', () => {
  assert.deepEqual(new Set(objects.map(([object]) => stepInto(object, 'kind'))), new Set(workloadKinds));
  for (const [object, pointer] of objects) {
    const images = imagesOfObject(object);
    assert.deepEqual(
      images.map(({ list, name, image }) => [list, name, image]),
      [
        ['initContainers', 'setup', 'busybox'],
        ['containers', 'web', 'nginx:1.27'],
        ['ephemeralContainers', 'debug', 'alpine'],
        ['volumes', 'models', 'ghcr.io/org/models:1'],
      ],
    );
    assert.equal(images[3]?.pointer, `${pointer}/volumes/1/image/reference`);
    for (const image of images) assert.equal((stepsOf(image.pointer) ?? []).reduce(stepInto, object), image.image);
  }
});

const nameless: readonly (readonly [spec: object, pointer: string])[] = [
  [{ containers: [{ name: 'a' }] }, '/spec/containers/0/image'],
  [{ containers: [{ image: 1 }] }, '/spec/containers/0/image'],
  [{ containers: [null] }, '/spec/containers/0/image'],
  [{ containers: { image: 'nginx' } }, '/spec/containers'],
  [{ initContainers: 'nginx' }, '/spec/initContainers'],
  [{ volumes: [{ image: {} }] }, '/spec/volumes/0/image/reference'],
  [{ volumes: [{ image: 'x' }] }, '/spec/volumes/0/image/reference'],
  [{ volumes: {} }, '/spec/volumes'],
];

test('what should be an image and is none is not passed over', () => {
  for (const [spec, pointer] of nameless) {
    const images = imagesOfObject({ kind: 'Pod', spec });
    assert.deepEqual(
      images.map(({ image, pointer: at }) => [image, at]),
      [['', pointer]],
    );
  }
});

test('other kinds have images only where it is configured', () => {
  const task = {
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    spec: {
      steps: [
        { name: 'a', image: 'one' },
        { name: 'b', image: 2 },
      ],
      sidecars: { 'x/y': { image: 'two' } },
    },
  };
  const read = (kind: string, path: string) =>
    imagesOfObject(task, [{ kind, path }]).map(({ name, image, pointer }) => [name, image, pointer]);
  assert.deepEqual(imagesOfObject(task), []);
  const both = [
    ['a', 'one', '/spec/steps/0/image'],
    ['b', '', '/spec/steps/1/image'],
  ];
  assert.deepEqual(read('Task', '/spec/steps/*/image'), both);
  assert.deepEqual(read('tekton.dev/Task', '/spec/steps/0'), both.slice(0, 1));
  assert.deepEqual(read('Task', '/spec/sidecars/*'), [['', 'two', '/spec/sidecars/x~1y/image']]);
  for (const [kind, path] of [
    ['Task', '/spec/absent/*/image'],
    ['Task', 'spec'],
    ['Task', '/constructor/name'],
    ['Pipeline', '/spec/steps/*/image'],
    ['tekton/Task', '/spec/steps/*/image'],
  ] as const)
    assert.deepEqual(read(kind, path), []);
});

test('pods in objects of unknown kinds are known by their shape', () => {
  const rollout = { kind: 'Rollout', spec: { template: { spec: pod } }, status: { containers: [] } };
  assert.deepEqual(podSpecsOf(rollout), []);
  assert.deepEqual(
    podSpecsByShape(rollout).map(({ pointer }) => pointer),
    ['/spec/template/spec'],
  );
  let deep: object = pod;
  for (let depth = 0; depth < 10_000; depth++) deep = { deep };
  assert.deepEqual(podSpecsByShape(deep), []);
});

test('any object gives an answer', () => {
  const kind = fc.constantFrom(...workloadKinds);
  const spec = fc.object({ key: fc.constantFrom('containers', 'volumes', 'image', 'spec', 'template', '__proto__') });
  fc.assert(
    fc.property(kind, spec, (name, value) => {
      const object = { ...value, kind: name, spec: value, template: value };
      assert.ok(
        [...imagesOfObject(object), ...podSpecsByShape(object).flatMap(imagesOfPod)].every(
          ({ image }) => typeof image === 'string',
        ),
      );
    }),
  );
});
