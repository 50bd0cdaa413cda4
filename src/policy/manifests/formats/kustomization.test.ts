import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readManifest } from '#policy/manifests/read-manifest.ts';
import { namesIn } from '#policy/manifests/testing.ts';

const text = `resources: [deploy.yaml, 'https://github.com/org/repo//base?ref=main']
images:
  - name: app
    newName: ghcr.io/org/app
    newTag: v1 # why
  - name: web
    newTag: "2"
    digest: sha256:x
  - {name: db, newTag: 16-alpine}
  - name: left
  - name: number
    newTag: 1.20
patches:
  - patch: |-
      - op: replace
        path: /spec/template/spec/containers/0/image
`;

test('what replaces what', () => {
  assert.deepEqual(namesIn('base/kustomization.yaml', text), [
    'image app: ghcr.io/org/app:v1 (v1)',
    'image web: web:2@sha256:x (2)',
    'image db: db:16-alpine (16-alpine)',
    'elsewhere: image left',
    'unreadable: image number',
    'include: resources',
    'elsewhere: patches',
  ]);
});

test('where the digest goes', () => {
  for (const eol of ['\n', '\r\n']) {
    const { references, text: written } = readManifest('kustomization.yaml', text.replaceAll('\n', eol));
    const [app, web, db] = references;
    const at = written.indexOf('# why') + '# why'.length;
    assert.deepEqual(app?.slot, { kind: 'new-field', at, before: `${eol}    digest: `, after: '' });
    assert.equal(web?.slot.kind, 'field');
    assert.deepEqual(db?.slot, { kind: 'new-field', at: db?.end, before: ', digest: ', after: '' });
  }
});

test('a kustomization is no object for a cluster', () => {
  const component = 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages: [{name: a, newTag: b}]';
  const read = readManifest('any.yaml', component);
  assert.deepEqual([read.formats, read.objects], [['kustomization'], []]);
});
