import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readManifest } from './read-manifest.ts';

/** What is named, and how its digest is written. */
function slotsOf(path: string, text: string): string[] {
  return readManifest(path, text).references.map((reference) => `${reference.text} ${reference.slot.kind}`);
}

const files: readonly (readonly [path: string, text: string, slots: readonly string[]])[] = [
  [
    'values.yaml',
    'a: {repository: a, tag: &tag v1}\nb: {repository: b, tag: *tag}\nc: {repository: c, tag: *tag, digest: ""}',
    ['a:v1 none', 'b:v1 none', 'c:v1 field'],
  ],
  ['values.yaml', 'a: {repository: a, tag: &tag v1}\nb: {repository: a, tag: *tag}', ['a:v1 suffix']],
  [
    'kustomization.yaml',
    'images:\n- {name: a, newTag: &tag v1}\n- name: b\n  newTag: *tag\n',
    ['a:v1 new-field', 'b:v1 new-field'],
  ],
  [
    'kustomization.yaml',
    'x: &x\n  newTag: v1\nimages:\n- {name: a, <<: *x}\n- {name: b, <<: *x}\n',
    ['a:v1 none', 'b:v1 none'],
  ],
  ['kustomization.yaml', 'x: &x\n  newTag: v1\nimages:\n- {name: a, <<: *x}\n', ['a:v1 new-field']],
  [
    'Dockerfile',
    'ARG A=a:1\nARG B=b:1\nFROM $A\nFROM $B\nFROM ${B}-slim\n',
    ['a:1 suffix', 'b:1 none', 'b:1-slim none'],
  ],
];

test('a digest is written where it stands for one image alone', () => {
  for (const [path, text, slots] of files) assert.deepEqual(slotsOf(path, text), slots, text);
});

test('a field is written beside the alias, and not beside its anchor', () => {
  const text = 'images:\n- {name: a, newTag: &tag v1}\n- name: b\n  newTag: *tag # x\n';
  const [, b] = readManifest('kustomization.yaml', text).references;
  assert.deepEqual(b?.slot, { kind: 'new-field', at: text.indexOf('# x') + 3, before: '\n  digest: ', after: '' });
});
