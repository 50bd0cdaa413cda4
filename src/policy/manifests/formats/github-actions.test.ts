import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readManifest } from '#policy/manifests/read-manifest.ts';
import { namesIn } from '#policy/manifests/testing.ts';

const workflow = `on: push
jobs:
  build:
    container: node:26
    services:
      db: {image: 'postgres:16'}
      none: {image: ''}
    steps:
      - uses: actions/checkout@v4 # v4
      - uses: ./local
      - uses: "docker://alpine:3.20"
      - {uses: org/repo/sub@main, with: {a: b}}
      - uses: org/\${{ matrix.name }}@v1
      - uses: nothing
      - run: echo
  call:
    uses: org/repo/.github/workflows/x.yml@v1
  boxed:
    container: {image: 'ghcr.io/org/\${{ env.X }}'}
`;

test('workflows name actions and images', () => {
  assert.deepEqual(namesIn('.github/workflows/ci.yml', workflow), [
    'job build container: node:26',
    'job build service db: postgres:16',
    'job build step 1: actions/checkout@v4',
    'job build step 3: alpine:3.20',
    'job build step 4: org/repo/sub@main',
    'job call: org/repo/.github/workflows/x.yml@v1',
    'template: job build step 5',
    'unreadable: job build step 6',
    'template: job boxed container',
  ]);
  const { references } = readManifest('ci.yaml', workflow);
  assert.deepEqual(
    references.map(({ kind }) => kind),
    ['image', 'image', 'action', 'image', 'action', 'action'],
  );
  assert.deepEqual(references[2]?.slot, {
    kind: 'commit',
    comment: { start: references[2]?.end, end: (references[2]?.end ?? 0) + 5 },
  });
  assert.deepEqual(references[4]?.slot, { kind: 'commit' });
});

test('composite actions, and actions in a container', () => {
  const composite = 'runs: {using: composite, steps: [{uses: actions/cache@v4}]}';
  assert.deepEqual(namesIn('action.yml', composite), ['action step 1: actions/cache@v4']);
  assert.deepEqual(namesIn('x/action.yaml', 'runs: {using: docker, image: docker://alpine:3}'), ['action: alpine:3']);
  assert.deepEqual(namesIn('action.yml', 'runs: {using: docker, image: Dockerfile}'), []);
});
