import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { bulla, checkout, missingPrograms } from './bulla.ts';
import { newGateFolders, startGate } from './gate.ts';
import { startRegistry } from './registry.ts';
import { done, newKeys, pushNewImage, type PushedImage } from './vouching.ts';

const missing = await missingPrograms('docker-registry', 'skopeo');

describe('one key in policies of others, the same verdict at each gate', { skip: missing ?? false }, () => {
  const keys = newKeys();
  const folder = newFolder('node-gates');
  const policies = { clusterImagePolicy: join(folder, 'cip.yaml'), connaisseur: join(folder, 'values.yaml') };
  let host = '';
  let stop: () => void = () => undefined;
  let signed: PushedImage;
  let unsigned: PushedImage;

  before(async () => {
    ({ host, stop } = await startRegistry());
    signed = await pushNewImage(host);
    unsigned = await pushNewImage(host);
    await done('sign', signed.tagged, '--key', keys.key, '--log', 'none');
    const data = readFileSync(keys.publicKey, 'utf8');
    write(policies.clusterImagePolicy, {
      apiVersion: 'policy.sigstore.dev/v1beta1',
      kind: 'ClusterImagePolicy',
      metadata: { name: 'team' },
      spec: { images: [{ glob: '**' }], authorities: [{ key: { data } }] },
    });
    write(policies.connaisseur, {
      validators: [{ name: 'team', type: 'cosign', trustRoots: [{ name: 'default', key: data }] }],
      policy: [{ pattern: '*:*', validator: 'team', with: { verifyInTransparencyLog: false } }],
    });
  });
  after(() => stop());

  function write(file: string, document: JsonObject): void {
    writeFileSync(file, JSON.stringify(document));
  }

  const options = (policy: string, memory = join(folder, 'memory')) => [
    '--policy',
    policy,
    '--memory',
    memory,
    '--trusted-root',
    'none',
    '--internal-registry',
    host,
  ];

  /** Calls the verifier as containerd does. */
  function pull(image: PushedImage, policy: string, memory?: string) {
    const digest = image.pinned.split('@')[1] ?? '';
    const descriptor = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 1 };
    const words = ['-name', image.tagged, '-digest', digest];
    return bulla(
      [
        'containerd-verify',
        ...options(policy, memory),
        '--',
        ...words,
        '-stdin-media-type',
        'application/vnd.oci.descriptor.v1+json',
      ],
      { input: `${JSON.stringify(descriptor)}\n` },
    );
  }

  for (const [language, policy] of Object.entries(policies)) {
    test(`${language}: bulla check and containerd say the same`, async () => {
      for (const [image, code] of [
        [signed, 0],
        [unsigned, 1],
      ] as const) {
        const checked = await bulla(['check', image.pinned, '--policy', policy]);
        assert.equal(checked.code, code, checked.stdout + checked.stderr);
        const pulled = await pull(image, policy);
        assert.equal(pulled.code, code, pulled.stdout + pulled.stderr);
        assert.match(pulled.stdout, code === 0 ? /may run$/m : /must not run: Nobody has signed/);
      }
    });
  }

  for (const [language, policy] of Object.entries(policies)) {
    test(`${language}: the webhooks pin a tag, and say the same`, async () => {
      const words = ['--policy', policy, '--trusted-root', 'none', '--internal-registry', host];
      const gate = await startGate(words, newGateFolders());
      try {
        const mutated = await gate.ask('mutate', reviewOf(signed.tagged));
        const patch = Buffer.from(asText(mutated['patch']) ?? '', 'base64').toString();
        assert.match(patch, new RegExp(signed.pinned.split('@')[1] ?? ''));
        const allowed = async (image: string) => (await gate.ask('validate', reviewOf(image)))['allowed'];
        assert.equal(await allowed(`${signed.tagged}@${signed.pinned.split('@')[1] ?? ''}`), true);
        assert.equal(await allowed(signed.tagged), false);
        assert.equal(await allowed(unsigned.pinned), false);
      } finally {
        await gate.stop();
      }
    });
  }

  test('the Docker engine is answered over its socket', async () => {
    const socket = join(folder, 'bulla.sock');
    const server = spawn(
      join(checkout, 'bulla'),
      ['docker-authorize', '--socket', socket, ...options(policies.clusterImagePolicy, join(folder, 'docker-memory'))],
      { stdio: ['ignore', 'ignore', 'pipe'], env: { HOME: folder, PATH: process.env['PATH'] } },
    );
    const log = text(server.stderr);
    const ended = new Promise((resolve) => server.once('exit', resolve));
    try {
      for (let attempt = 0; attempt < 400 && !existsSync(socket); attempt++) {
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      assert.deepEqual(await post(socket, '/Plugin.Activate', {}), { Implements: ['authz'] });
      const create = (image: string) => post(socket, '/AuthZPlugin.AuthZReq', createCall(image));
      assert.deepEqual(await create(signed.pinned), { Allow: true });
      const denied = await create(unsigned.pinned);
      assert.equal(denied['Allow'], false);
      assert.match(asText(denied['Msg']) ?? '', /Nobody has signed/);
      assert.match(asText((await create(signed.tagged))['Msg']) ?? '', /has no digest/);
      assert.deepEqual(await post(socket, '/AuthZPlugin.AuthZRes', createCall(signed.pinned)), { Allow: true });
    } finally {
      server.kill('SIGTERM');
      assert.equal(await ended, 0);
    }
    assert.match(await log, /"event":"docker-denied"/);
  });

  test('without the registry what was judged may run, and nothing else', async () => {
    const memory = join(folder, 'outage');
    const policy = policies.clusterImagePolicy;
    const later = await pushNewImage(host);
    await done('sign', later.tagged, '--key', keys.key, '--log', 'none');
    assert.equal((await pull(signed, policy, memory)).code, 0);
    assert.equal((await pull(unsigned, policy, memory)).code, 1);
    stop();
    assert.equal((await pull(signed, policy, memory)).code, 0);
    assert.equal((await pull(unsigned, policy, memory)).code, 1);
    const unknown = await pull(later, policy, memory);
    assert.equal(unknown.code, 3, unknown.stdout);
    assert.match(unknown.stdout, /must not run: .*could not be decided/);
  });
});

function reviewOf(image: string): JsonObject {
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'team' },
    spec: { containers: [{ name: 'app', image }] },
  };
  const asked = {
    uid: '1',
    operation: 'CREATE',
    kind: { group: '', version: 'v1', kind: 'Pod' },
    resource: { group: '', version: 'v1', resource: 'pods' },
    name: 'p',
    namespace: 'team',
    userInfo: { username: 'somebody' },
    object,
  };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: asked };
}

function createCall(image: string): JsonObject {
  const body = Buffer.from(JSON.stringify({ Image: image, HostConfig: {} }));
  return {
    RequestMethod: 'POST',
    RequestUri: '/v1.47/containers/create',
    RequestHeaders: { 'Content-Type': 'application/json', 'Content-Length': String(body.length) },
    RequestBody: body.toString('base64'),
  };
}

function post(socketPath: string, path: string, body: JsonObject): Promise<JsonObject> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, path, method: 'POST' }, (answer) => {
      text(answer).then((written) => resolve(asObject(parseJson(written)) ?? {}), reject);
    });
    asking.once('error', reject);
    asking.end(JSON.stringify(body));
  });
}
