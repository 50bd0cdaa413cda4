import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { freePort } from '#image/registry/real-registry.ts';
import { asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { succeed } from './bulla.ts';
import { at, missingHelm, objectsOf, only, policy, render } from './chart.ts';
import { missingCluster, startCluster, until, type Cluster } from './cluster.ts';
import { buildOwnImage, missingOwnImage } from './own-image.ts';

const notRoot = process.getuid?.() === 0 ? undefined : 'only root may change the root folder';
const user = 65_532;

/**
 * There is no node that would run the pod. It is done here by hand: the file system of the image, the mounts, the variables and the
 * arguments of the chart, as the user of the chart; and the objects of the chart in a real API server.
 */
describe(
  'the image, started as the chart says',
  { skip: missingCluster ?? missingHelm ?? missingOwnImage ?? notRoot ?? false },
  () => {
    let cluster: Cluster;
    let objects: readonly JsonObject[] = [];
    let root = '';
    before(async () => {
      const values = { trust: { source: 'none' }, policies: { files: { 'production.yaml': policy } }, drainPause: 0 };
      const [started, layout, rendered] = await Promise.all([startCluster(), buildOwnImage(), render(values)]);
      cluster = started;
      objects = objectsOf(rendered);
      const bundle = join(newFolder('bundle'), 'bundle');
      await succeed('umoci', ['unpack', '--image', `${layout}:1`, bundle]);
      root = join(bundle, 'rootfs');
      for (const name of ['bulla', 'shop']) await cluster.kubectl(['create', 'namespace', name]);
      const wanted = objects.filter(({ kind }) => /Role|ServiceAccount|Webhook|ConfigMap/.test(String(kind)));
      const applied = await cluster.kubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'List', items: wanted });
      assert.equal(applied.code, 0, applied.stderr);
      await mount();
    });
    after(() => cluster?.stop());

    /** Puts into the image what the kubelet mounts. */
    async function mount(): Promise<void> {
      const account = join(root, 'var/run/secrets/kubernetes.io/serviceaccount');
      mkdirSync(account, { recursive: true });
      const token = await cluster.kubectl(['create', 'token', 'bulla', '-n', 'bulla', '--duration=1h']);
      writeFileSync(join(account, 'token'), token.stdout, { mode: 0o440 });
      chownSync(join(account, 'token'), 0, user);
      copyFileSync(join(cluster.credentials, 'ca.crt'), join(account, 'ca.crt'));
      // A ConfigMap is a folder of links into a hidden one.
      const policies = join(root, 'etc/bulla/policies');
      mkdirSync(join(policies, '..2026'), { recursive: true });
      symlinkSync('..2026', join(policies, '..data'));
      for (const [name, content] of Object.entries(asObject(only(objects, 'ConfigMap')['data']) ?? {})) {
        writeFileSync(join(policies, '..2026', name), asText(content) ?? '');
        symlinkSync(join('..data', name), join(policies, name));
      }
      const state = join(root, 'var/lib/bulla');
      chownSync(state, 0, user);
      chmodSync(state, 0o2770);
    }

    test('it gets ready, tells the API server whom to trust, decides by the policy, writes that down, and ends when it is told', async () => {
      const port = await freePort();
      const gate = at(only(objects, 'StatefulSet'), 'spec', 'template', 'spec', 'containers', 0);
      const written = asList(at(gate, 'args')).map(String);
      const args = written.flatMap((arg) =>
        arg.startsWith('--listen') ? [`--listen=:${port}`] : arg.startsWith('--metrics') ? [] : [arg],
      );
      const config = parseJson(readFileSync(join(dirname(root), 'config.json')));
      const program = asList(at(config, 'process', 'args'))
        .map(String)
        .slice(0, -1);
      const variables = asList(at(gate, 'env')).map(
        (one) => [String(at(one, 'name')), String(at(one, 'value'))] as const,
      );
      const { hostname, port: apiPort } = new URL(cluster.url);
      const child = spawn('chroot', [`--userspec=${user}:${user}`, root, ...program, ...args], {
        env: {
          PATH: process.env['PATH'],
          ...Object.fromEntries(variables),
          KUBERNETES_SERVICE_HOST: hostname,
          KUBERNETES_SERVICE_PORT: apiPort,
        },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let log = '';
      child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      try {
        let authorities = '';
        await until(async () => {
          assert.equal(child.exitCode, null, log);
          const { stdout } = await cluster.kubectl(['get', 'validatingwebhookconfigurations', 'bulla', '-o', 'json']);
          const bundle = asText(at(parseJson(stdout), 'webhooks', 0, 'clientConfig', 'caBundle')) ?? '';
          authorities = Buffer.from(bundle, 'base64').toString();
          return authorities !== '' && (await ask(port, authorities, '/readyz')).status === 200;
        });
        const digest = `sha256:${'1'.repeat(64)}`;
        for (const [image, allowed] of [
          [`registry.example/shop@${digest}`, true],
          [`evil.example/shop@${digest}`, false],
        ] as const) {
          const { body } = await ask(port, authorities, '/validate?timeout=10s', reviewOf(image));
          assert.equal(at(body, 'response', 'allowed'), allowed, `${image}: ${JSON.stringify(body)}\n${log}`);
        }
      } finally {
        child.kill('SIGTERM');
      }
      assert.equal(await ended, 0, log);
      assert.doesNotMatch(log, /"level":"error"/);
      const events = await cluster.kubectl(['get', 'events', '-n', 'shop', '-o', 'jsonpath={.items[*].reason}']);
      assert.equal(events.stdout, 'ImageDenied', log);
    });
  },
);

/** Asks as the API server does: by the name of the service, trusting what the configuration says. */
function ask(port: number, ca: string, path: string, body?: JsonObject): Promise<{ status?: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      path,
      ca,
      servername: 'bulla.bulla.svc',
      method: body === undefined ? 'GET' : 'POST',
    };
    const sent = request({ ...options, headers: { 'content-type': 'application/json' } }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode, body: parseJson(text) }));
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function reviewOf(image: string): JsonObject {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'shop', namespace: 'shop' },
    spec: { containers: [{ name: 'shop', image }] },
  };
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '1',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      requestKind: { group: '', version: 'v1', kind: 'Pod' },
      requestResource: { group: '', version: 'v1', resource: 'pods' },
      name: 'shop',
      namespace: 'shop',
      operation: 'CREATE',
      userInfo: { username: 'anyone' },
      object: pod,
      oldObject: null,
      dryRun: false,
    },
  };
}
