import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { missingPrograms } from './bulla.ts';
import { missingCluster, optionsOf, startCluster, type Cluster } from './cluster.ts';
import { newGateFolders, startGate, type RunningGate } from './gate.ts';
import { startRegistry, type Registry } from './registry.ts';
import { done, newKeys, pushNewImage, type PushedImage } from './vouching.ts';

const missing = missingCluster ?? (await missingPrograms('docker-registry', 'skopeo'));

describe('the ImagePolicyWebhook of a real API server', { skip: missing ?? false }, () => {
  const folder = newFolder('image-policy');
  const keys = newKeys();
  let cluster: Cluster | undefined;
  let registry: Registry | undefined;
  let gate: RunningGate | undefined;
  let signed: PushedImage;
  let unsigned: PushedImage;

  before(async () => {
    registry = await startRegistry();
    const { host } = registry;
    signed = await pushNewImage(host);
    unsigned = await pushNewImage(host);
    await done('sign', '--key', keys.key, '--log', 'none', signed.pinned);
    const policy = write('policy.json', {
      apiVersion: 'policy.sigstore.dev/v1beta1',
      kind: 'ClusterImagePolicy',
      metadata: { name: 'team' },
      spec: { images: [{ glob: '**' }], authorities: [{ key: { data: readFileSync(keys.publicKey, 'utf8') } }] },
    });
    const options = optionsOf({ policy, 'trusted-root': 'none', 'internal-registry': host });
    gate = await startGate(options, newGateFolders());
    cluster = await startCluster({
      'enable-admission-plugins': 'ImagePolicyWebhook',
      'admission-control-config-file': write('admission.json', configuration(gate)),
    });
  });

  after(async () => {
    await cluster?.stop();
    await gate?.stop();
    registry?.stop();
  });

  function write(name: string, document: JsonObject): string {
    writeFileSync(join(folder, name), JSON.stringify(document));
    return join(folder, name);
  }

  function configuration(running: RunningGate): JsonObject {
    const server = {
      server: `${running.url}/image-policy`,
      'certificate-authority-data': base64(running.authorities()),
    };
    const kubeConfigFile = write('kubeconfig.json', {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'bulla', cluster: server }],
      contexts: [{ name: 'bulla', context: { cluster: 'bulla', user: 'nobody' } }],
      'current-context': 'bulla',
      users: [{ name: 'nobody', user: {} }],
    });
    const imagePolicy = { kubeConfigFile, allowTTL: 1, denyTTL: 1, retryBackoff: 100, defaultAllow: false };
    const plugins = [{ name: 'ImagePolicyWebhook', configuration: { imagePolicy } }];
    return { apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AdmissionConfiguration', plugins };
  }

  async function create(name: string, image: string, annotations: object = {}) {
    const metadata = { name, annotations };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'app', image }] } };
    const run = await cluster?.kubectl(['create', '-f', '-'], pod);
    assert.ok(run !== undefined);
    return run;
  }

  test('what was signed is stored', async () => {
    const { code, stderr } = await create('signed', signed.pinned);
    assert.equal(code, 0, stderr);
  });

  test('what nobody signed is denied with what to do, and nobody breaks the glass', async () => {
    for (const annotations of [{}, { 'x.image-policy.k8s.io/break-glass': 'true' }]) {
      const { code, stderr } = await create('unsigned', unsigned.pinned, annotations);
      assert.notEqual(code, 0);
      assert.match(stderr, /image policy webhook backend denied one or more images: Nobody has signed .*bulla sign/);
    }
  });

  test('a tag is denied, also of what was signed', async () => {
    const { code, stderr } = await create('tagged', signed.tagged);
    assert.notEqual(code, 0);
    assert.match(stderr, /has no digest/);
  });

  test('nothing is let in when nobody answers', async () => {
    await gate?.stop();
    const { code } = await create('later', unsigned.pinned);
    assert.notEqual(code, 0);
  });
});

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
