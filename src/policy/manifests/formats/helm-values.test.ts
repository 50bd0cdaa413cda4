import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readManifest } from '#policy/manifests/read-manifest.ts';
import { namesIn } from '#policy/manifests/testing.ts';

const files: readonly (readonly [text: string, names: readonly string[]])[] = [
  ['image: {repository: nginx, tag: "1.27"}', ['image: nginx:1.27 (1.27)']],
  ['image: {registry: ghcr.io, repository: org/app, tag: v1}', ['image: ghcr.io/org/app:v1 (v1)']],
  ['a:\n  - sidecar:\n      repository: nginx\n      tag: 1.27', ['a.0.sidecar: nginx:1.27 (1.27)']],
  ['image: {repository: a, tag: v1, digest: sha256:x}', ['image: a:v1@sha256:x (v1)']],
  ['image: {repository: a, tag: "", digest: sha256:x}', ['image: a@sha256:x (sha256:x)']],
  ['image: {repository: a, tag: v1, sha: ab}', ['image: a:v1@sha256:ab (v1)']],
  ['image: {repository: a, tag: 1.20}', ['elsewhere: image']],
  ['image: {repository: a, tag: 20240101}', ['elsewhere: image']],
  ['image: {repository: a, tag: }', ['elsewhere: image']],
  ['image: {repository: "", tag: v1}', []],
  ['git: {repository: https://example.com/a.git, tag: v1}', []],
  ['image: {repository: a, tag: "{{ .Values.v }}"}', ['template: image']],
  ['global: {imageRegistry: mirror}\nimage: {repository: a, tag: v1}', ['elsewhere: image']],
  ['image: nginx:1.27\ninitImage: busybox:1.36', ['image: nginx:1.27', 'initImage: busybox:1.36']],
  ['image: nginx\nimageTag: "1.27"', ['image: nginx:1.27 (1.27)']],
  ['image: nginx', ['elsewhere: image']],
  ['image: ""\nlogoImage: https://example.com/logo.png', []],
  ['image: "${REGISTRY}/app:1"', ['template: image']],
];

test('values name images by custom', () => {
  for (const [text, names] of files) assert.deepEqual(namesIn('chart/values.yaml', text), names, text);
});

const release = (kind: string, values: string) =>
  `apiVersion: ${kind.split(' ')[0]}\nkind: ${kind.split(' ')[1]}\nspec: ${values}\n`;

test('values in objects that install charts', () => {
  const values = '{image: {repository: a, tag: v1}}';
  const flux = release('helm.toolkit.fluxcd.io/v2 HelmRelease', `{values: ${values}}`);
  assert.deepEqual(namesIn('a.yaml', flux), ['spec.values.image: a:v1 (v1)']);
  const argo = release('argoproj.io/v1alpha1 Application', `{source: {helm: {valuesObject: ${values}}}}`);
  assert.deepEqual(namesIn('a.yaml', argo), ['spec.source.helm.valuesObject.image: a:v1 (v1)']);
  assert.deepEqual(namesIn('a.yaml', release('v1 ConfigMap', `{values: ${values}}`)), []);
});

test('where the digest goes', () => {
  const slotOf = (text: string) => readManifest('values.yaml', text).references[0]?.slot;
  assert.deepEqual(slotOf('image: {repository: a, tag: v1}'), { kind: 'suffix' });
  assert.deepEqual(slotOf('image: {repository: a, tag: v1, digest: ""}'), { kind: 'field', start: 41, end: 41 });
  assert.deepEqual(slotOf('image: {repository: a, tag: v1, sha: ""}'), {
    kind: 'field',
    start: 38,
    end: 38,
    bare: true,
  });
  assert.deepEqual(slotOf('i:\n repository: a\n tag: v1\n digest:\n'), {
    kind: 'new-field',
    at: 35,
    before: ' ',
    after: '',
  });
});

test('only values are values', () => {
  for (const name of ['values.yaml', 'values-prod.yml', 'app-values.yaml']) {
    assert.deepEqual(readManifest(name, 'a: 1').formats, ['helm-values']);
  }
  assert.deepEqual(readManifest('settings.yaml', 'a: 1').formats, []);
  assert.deepEqual(readManifest('values.yaml', 'apiVersion: v1\nkind: ConfigMap').formats, ['kubernetes']);
});
