import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readManifest } from '#policy/manifests/read-manifest.ts';
import { namesIn } from '#policy/manifests/testing.ts';

const pipeline = `include: [{local: x.yml}]
image: ruby:3
stages: [test]
default:
  image: {name: "node:26", entrypoint: ['']}
  services: [postgres:16, {name: 'redis:7', alias: cache}]
.hidden: &hidden
  image: alpine:3
  script: [a]
test:
  <<: *hidden
own:
  image: $CI_REGISTRY_IMAGE/app:1
  script: a
other:
  image: !reference [.hidden, image]
  script: a
child:
  trigger: {include: other.yml}
`;

test('pipelines name images and services, once for an anchor', () => {
  assert.deepEqual(namesIn('.gitlab-ci.yml', pipeline), [
    'all jobs: ruby:3',
    'all jobs: node:26',
    'all jobs service: postgres:16',
    'all jobs service: redis:7',
    'job .hidden: alpine:3',
    'include:',
    'template: job own',
    'template: job other',
    'include: job child',
  ]);
  assert.deepEqual(readManifest('any.yml', pipeline).formats, ['gitlab-ci']);
});
