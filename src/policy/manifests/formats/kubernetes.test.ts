import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namesIn } from '#policy/manifests/testing.ts';
import { readManifest } from '#policy/manifests/read-manifest.ts';

const deployment = `# Two of them
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      initContainers:
        - name: setup
          image: &base "busybox:1.36" # shared
      containers:
        - name: app
          image: nginx
        - {name: side, image: *base}
      volumes:
        - name: models
          image: {reference: ghcr.io/org/models:1}
---
# nothing here
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: job, image: 'job:2'}]}}}}}
`;

const names = [
  'Deployment/web init container setup: busybox:1.36',
  'Deployment/web container app: nginx',
  'Deployment/web image volume models: ghcr.io/org/models:1',
  'CronJob/nightly container job: job:2',
];

test('all images of all objects are read, each where it is written', () => {
  assert.deepEqual(namesIn('web.yaml', deployment), names);
  assert.deepEqual(namesIn('web.yaml', `\uFEFF${deployment.replaceAll('\n', '\r\n')}`), names);
});

test('objects come with the places of what they say', () => {
  const { objects, formats } = readManifest('-', deployment);
  assert.deepEqual(formats, ['kubernetes']);
  assert.deepEqual(
    objects.map(({ place, images }) => [place, images.length]),
    [
      ['Deployment/web', 4],
      ['CronJob/nightly', 1],
    ],
  );
  const [web] = objects;
  assert.deepEqual(web?.positionOf('/spec/template/spec/containers/0/image'), { line: 13, column: 18 });
  assert.equal(web?.positionOf('/spec/absent').line, 6);
});

const pod = (image: string) =>
  `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [${image}]}}`;

const files: readonly (readonly [text: string, names: readonly string[]])[] = [
  [pod('{"name": "x", "image": "nginx"}'), ['Pod/a container x: nginx']],
  [
    `{"apiVersion": "v1", "kind": "List", "items": [${pod('{"image": "a"}')}, ${pod('{"image": "b"}')}]}`,
    ['Pod/a container: a', 'Pod/a container: b'],
  ],
  ['{apiVersion: v1, kind: PodList, items: [{spec: {containers: [{image: a}]}}]}', ['Pod container: a']],
  ['{apiVersion: v1, kind: List, items: [1]}', ['unreadable: List']],
  ['{apiVersion: v1, kind: ConfigMap, data: {image: x}}', []],
  [
    '{apiVersion: argoproj.io/v1alpha1, kind: Rollout, spec: {template: {spec: {containers: [{name: a, image: x}]}}}}',
    ['Rollout container a: x'],
  ],
  [pod('{"name": "x"}'), ['elsewhere: Pod/a container x']],
  [pod('{"name": "x", "image": 1}'), ['unreadable: Pod/a container x']],
  [pod('{"name": "x", "image": ""}'), ['unreadable: Pod/a container x']],
  [pod('{"name": "x", "image": "${REGISTRY}/app"}'), ['template: Pod/a container x']],
  [`${pod('{"image": "a"}')}\n---\nimage: nginx\n`, ['Pod/a container: a', 'unreadable:']],
  ['apiVersion: v1\nkind: Pod\nspec:\n  containers: [{image: {{ .Values.image }}}]', ['template:']],
  ['apiVersion: v1\nkind: Pod\nkind: Pod', ['unreadable:']],
];

test('lists, other kinds, and what cannot be read', () => {
  for (const [text, expected] of files) assert.deepEqual(namesIn('pod.yaml', text), expected, text);
});

test('kinds of others are read where it is configured', () => {
  const task = '{apiVersion: tekton.dev/v1, kind: Task, spec: {steps: [{name: build, image: kaniko:1}]}}';
  const imagePaths = [{ kind: 'Task', path: '/spec/steps/*/image' }];
  assert.deepEqual(namesIn('task.yaml', task, { imagePaths }), ['Task image build: kaniko:1']);
  assert.deepEqual(namesIn('task.yaml', task), []);
});
