import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PackageURL } from 'packageurl-js';
import { digestOf } from '#kit/digest.ts';
import { imageNameOf } from './image-name.ts';

const digest = digestOf('manifest');
const platform = { os: 'linux', architecture: 'arm64' };

test('an image of a registry has a purl by which it can be pulled', () => {
  const { name, purl = '' } = imageNameOf({ reference: 'docker.io/library/nginx:1.27', digest, platform });
  assert.equal(name, 'docker.io/library/nginx');
  const read = PackageURL.fromString(purl);
  assert.equal(read.type, 'oci');
  assert.equal(read.name, 'nginx');
  assert.equal(read.namespace ?? '', '');
  assert.equal(read.version, digest);
  assert.deepEqual({ ...read.qualifiers }, { arch: 'arm64', repository_url: 'docker.io/library/nginx', tag: '1.27' });
});

test('a reference by digest has no tag, and ports stay', () => {
  const { name, purl = '' } = imageNameOf({ reference: `localhost:5000/team/app@${digest}`, digest });
  assert.equal(name, 'localhost:5000/team/app');
  assert.deepEqual({ ...PackageURL.fromString(purl).qualifiers }, { repository_url: 'localhost:5000/team/app' });
});

test('what is not in a registry is called as it was asked for', () => {
  for (const reference of [
    'oci:/images/app:1.0',
    'docker:nginx',
    'podman:localhost/app:1',
    'docker-archive:app.tar',
    'dir:/',
    '',
  ]) {
    assert.deepEqual(imageNameOf({ reference, digest }), { name: reference });
  }
});
