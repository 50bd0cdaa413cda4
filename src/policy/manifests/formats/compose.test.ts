import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readManifest } from '#policy/manifests/read-manifest.ts';
import { namesIn } from '#policy/manifests/testing.ts';

const text = `x-base: &base
  image: nginx:1.27
services:
  web: *base
  again:
    <<: *base
  built: {build: ., image: shop:1}
  inline: {build: {dockerfile_inline: FROM scratch}}
  db:
    image: "postgres:16"
    volumes:
      - {type: image, source: models:1, target: /m}
      - data:/var
  cache:
    image: redis:\${TAG:-7}
  other: {extends: {file: base.yaml, service: x}}
  reset: {image: !reset null}
  nothing: {}
include: [more.yaml]
`;

test('services name images, once for an anchor', () => {
  assert.deepEqual(namesIn('compose.yaml', text), [
    'service web: nginx:1.27',
    'service db: postgres:16',
    'service db image volume: models:1',
    'include:',
    'elsewhere: service inline',
    'template: service cache',
    'include: service other',
    'template: service reset',
    'elsewhere: service nothing',
  ]);
});

test('a file that is called so, and cannot be read, is a gap', () => {
  assert.deepEqual(namesIn('compose.yaml', 'services: {'), ['unreadable:']);
  assert.deepEqual(namesIn('compose.yaml', 'services: {{ x }}'), ['template:']);
});

test('what is a compose file', () => {
  for (const path of ['docker-compose.yml', 'a/compose.prod.yaml', 'docker-compose-dev.yml', 'stack.yml']) {
    assert.deepEqual(readManifest(path, 'services: {}').formats, ['compose'], path);
  }
  assert.deepEqual(readManifest('any.yaml', 'services: {web: {image: a}}').formats, ['compose']);
  assert.deepEqual(readManifest('any.yaml', 'services: {web: {port: 1}}').formats, []);
});
