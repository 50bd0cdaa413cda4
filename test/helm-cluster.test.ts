import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { after, before, describe, test } from 'node:test';
import { asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { bulla, command } from './bulla.ts';
import { at, chart, choices, missingHelm, objectsOf, only, ownImage, render } from './chart.ts';
import { missingCluster, optionsOf, startCluster, until, type Cluster } from './cluster.ts';
import { startGate } from './gate.ts';
import { peer } from './peers.ts';

/** Kinds that a cluster knows only when somebody has installed them. */
const installed = new Set(['ServiceMonitor', 'PrometheusRule', 'Certificate', 'Issuer']);

describe('a real API server takes the chart', { skip: missingCluster ?? missingHelm ?? false }, () => {
  let cluster: Cluster;
  before(async () => {
    cluster = await startCluster();
    for (const name of ['bulla', 'shop', 'search']) await apply(namespace(name));
  });
  after(() => cluster?.stop());

  async function apply(...objects: readonly JsonObject[]): Promise<void> {
    const run = await cluster.kubectl(['apply', '-f', '-'], listOf(objects));
    assert.equal(run.code, 0, run.stderr);
  }

  for (const [what, values] of Object.entries(choices)) {
    test(`${what}: no field that is not known, nothing that it warns of`, async () => {
      const objects = objectsOf(await render(values)).filter(({ kind }) => !installed.has(String(kind)));
      const run = await cluster.kubectl(['apply', '--dry-run=server', '--validate=strict', '-f', '-'], listOf(objects));
      assert.equal(run.code, 0, run.stderr);
      assert.equal(run.stderr, '');
    });
  }

  test('its pods are what the strictest standard for pods allows', async () => {
    const objects = objectsOf(await render(choices['everything'] ?? {}));
    const { metadata, spec } = asObject(at(only(objects, 'StatefulSet'), 'spec', 'template')) ?? {};
    const claimed = {
      ...asObject(spec),
      priorityClassName: '',
      volumes: [...asList(at(spec, 'volumes')), { name: 'state', emptyDir: {} }],
    };
    const gate = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...asObject(metadata), name: 'gate', namespace: 'bulla' },
      spec: claimed,
    };
    const run = await cluster.kubectl(['create', '--dry-run=server', '-f', '-'], gate);
    assert.equal(run.code, 0, run.stderr);
    const weak = { ...gate, spec: { ...claimed, hostNetwork: true } };
    assert.match((await cluster.kubectl(['create', '--dry-run=server', '-f', '-'], weak)).stderr, /PodSecurity/);
  });

  test('the gate may do what it does, and nothing else', async () => {
    await apply(
      ...objectsOf(await render({ pullSecrets: { namespaces: ['shop'] } })).filter(({ kind }) =>
        /Role|ServiceAccount/.test(String(kind)),
      ),
    );
    const table = [
      ['yes', 'get', 'validatingwebhookconfigurations/bulla'],
      ['yes', 'patch', 'mutatingwebhookconfigurations/bulla'],
      ['no', 'patch', 'mutatingwebhookconfigurations/other'],
      ['no', 'delete', 'validatingwebhookconfigurations/bulla'],
      ['yes', 'get', 'namespaces/shop'],
      ['yes', 'get', 'secrets', '-n', 'bulla'],
      ['yes', 'get', 'secrets', '-n', 'shop'],
      ['yes', 'get', 'serviceaccounts', '-n', 'shop'],
      ['no', 'get', 'secrets', '-n', 'search'],
      ['no', 'list', 'secrets', '-n', 'shop'],
      ['yes', 'create', 'events', '-n', 'search'],
      ['no', 'list', 'events', '-n', 'search'],
      ['no', 'create', 'pods', '-n', 'bulla'],
      ['no', 'get', 'pods', '-n', 'shop'],
    ] as const;
    for (const [answer, ...asked] of table) {
      const run = await cluster.kubectl(['auth', 'can-i', ...asked, '--as=system:serviceaccount:bulla:bulla']);
      assert.equal(run.stdout.trim(), answer, asked.join(' '));
    }
  });

  test('what is installed is upgraded without losing whom to trust, and removed without a rest', async () => {
    const home = newFolder('home');
    const helm = (...args: readonly string[]) =>
      command(peer('helm'), [...args, '--namespace', 'gates', ...connection], { env: { HOME: home } });
    const connection = [
      `--kube-apiserver=${cluster.url}`,
      '--kube-token=admin-token',
      `--kube-ca-file=${join(cluster.credentials, 'ca.crt')}`,
    ];
    await apply(namespace('gates'));
    const first = await helm('install', 'gate', chart, `--set=image=${ownImage}`);
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stdout, /kubectl delete mutatingwebhookconfiguration,validatingwebhookconfiguration gate/);
    const trust = [{ op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: authority() }];
    const webhooks = ['validatingwebhookconfiguration', 'gate'];
    const patched = await cluster.kubectl(['patch', ...webhooks, '--type=json', '-p', JSON.stringify(trust)]);
    assert.equal(patched.code, 0, patched.stderr);
    const upgraded = await helm(
      'upgrade',
      'gate',
      chart,
      `--set=image=${ownImage},webhooks.resources[0]=argoproj.io/rollouts`,
    );
    assert.equal(upgraded.code, 0, upgraded.stderr);
    const kept = parseJson((await cluster.kubectl(['get', ...webhooks, '-o', 'json'])).stdout);
    assert.equal(at(kept, 'webhooks', 0, 'clientConfig', 'caBundle'), authority());
    assert.equal(asList(at(kept, 'webhooks', 0, 'rules')).length, 4);
    const removed = await helm('uninstall', 'gate');
    assert.equal(removed.code, 0, removed.stderr);
    const kinds =
      'all,sa,role,rolebinding,clusterrole,clusterrolebinding,cm,secret,networkpolicy,pdb,mutatingwebhookconfiguration,validatingwebhookconfiguration';
    const rest = await cluster.kubectl(['get', kinds, '-A', '-l', 'app.kubernetes.io/instance=gate', '-o', 'name']);
    assert.equal(rest.stdout, '', rest.stderr);
    assert.notEqual((await cluster.kubectl(['get', ...webhooks])).code, 0);
  });

  test('the backstop denies what has no digest or comes from elsewhere, and leaves what runs', async () => {
    const digest = `sha256:${'1'.repeat(64)}`;
    await apply(pod('before', { image: 'nginx' }));
    const backstop = { registries: ['registry.example/team', 'docker.io/library/redis', 'ghcr.io'], digests: true };
    const policies = objectsOf(await render({ backstop })).filter(({ kind }) =>
      /^Validating.*Policy/.test(String(kind)),
    );
    await apply(...policies);
    const create = (object: JsonObject) => cluster.kubectl(['create', '--dry-run=server', '-f', '-'], object);
    // An API server takes notice of policies after some time.
    await until(async () => (await create(pod('probe', { image: 'nginx' }))).code !== 0);

    const table: readonly (readonly [string, boolean])[] = [
      [`registry.example/team/shop@${digest}`, true],
      [`registry.example/team/shop:1@${digest}`, true],
      [`redis@${digest}`, true],
      [`library/redis:7@${digest}`, true],
      [`docker.io/library/redis@${digest}`, true],
      [`ghcr.io/a/b@${digest}`, true],
      ['registry.example/team/shop:1', false],
      [`registry.example/team/shop@${digest}0`, false],
      [`registry.example/team-evil/shop@${digest}`, false],
      [`registry.example:5000/team/shop@${digest}`, false],
      [`ghcr.io:444/a/b@${digest}`, false],
      [`ghcr.io.evil.example/a@${digest}`, false],
      [`ghcr/a@${digest}`, false],
      [`redis-evil@${digest}`, false],
      [`evil/redis@${digest}`, false],
      [`localhost/registry.example/team/shop@${digest}`, false],
    ];
    const file = join(newFolder('backstop'), 'backstop.yaml');
    writeFileSync(file, policies.map((one) => `---\n${JSON.stringify(one)}\n`).join(''));
    for (const [name, isAllowed] of table) {
      const asked = pod('new', { image: name });
      assert.equal((await create(asked)).code === 0, isAllowed, name);
      // What the policy means in a cluster it means before.
      const args = ['check', '-', '--policy', file, '--gate', 'admission', '--offline'];
      assert.equal((await bulla(args, { input: JSON.stringify(asked) })).code, isAllowed ? 0 : 1, name);
    }
    const good = `ghcr.io/a@${digest}`;
    const bad = 'evil.example/a';
    const objects: readonly JsonObject[] = [
      pod('init', { image: good }, { initContainers: [{ name: 'i', image: bad }] }),
      pod('volume', { image: good }, { volumes: [{ name: 'v', image: { reference: bad } }] }),
      workload('apps/v1', 'Deployment', { selector: { matchLabels: { a: 'b' } }, template: template(bad) }),
      workload('apps/v1', 'StatefulSet', {
        serviceName: 's',
        selector: { matchLabels: { a: 'b' } },
        template: template(bad),
      }),
      workload('v1', 'ReplicationController', { selector: { a: 'b' }, template: template(bad) }),
      workload('batch/v1', 'Job', { template: template(bad, 'Never') }),
      workload('batch/v1', 'CronJob', {
        schedule: '* * * * *',
        jobTemplate: { spec: { template: template(bad, 'Never') } },
      }),
      { apiVersion: 'v1', kind: 'PodTemplate', metadata: { name: 't', namespace: 'shop' }, template: template(bad) },
    ];
    for (const object of objects) {
      const run = await create(object);
      assert.match(run.stderr, /has no digest|may run here/, String(object['kind']));
      const mended = JSON.parse(JSON.stringify(object).replaceAll(bad, good)) as JsonObject;
      const again = await create(mended);
      assert.equal(again.code, 0, `${String(object['kind'])}: ${again.stderr}`);
    }
    // What was there before may change in everything but its image.
    assert.equal((await cluster.kubectl(['label', 'pod', 'before', '-n', 'shop', 'a=b'])).code, 0);
    const patch = '[{"op":"replace","path":"/spec/containers/0/image","value":"other"}]';
    const moved = await cluster.kubectl(['patch', 'pod', 'before', '-n', 'shop', '--type=json', '-p', patch]);
    assert.match(moved.stderr, /has no digest/);
    const own = { ...pod('own', { image: 'nginx' }), metadata: { name: 'own', namespace: 'bulla' } };
    assert.doesNotMatch((await create(own)).stderr, /has no digest/);
  });

  // The last, because from then on nothing is admitted: there is no network in which the service would be reached.
  test('with these rights the gate tells the API server whom to trust', async () => {
    await apply(...objectsOf(await render({})).filter(({ kind }) => /Role|ServiceAccount|Webhook/.test(String(kind))));
    const credentials = newFolder('account');
    const token = await cluster.kubectl(['create', 'token', 'bulla', '-n', 'bulla', '--duration=1h']);
    assert.equal(token.code, 0, token.stderr);
    writeFileSync(join(credentials, 'token'), token.stdout);
    copyFileSync(join(cluster.credentials, 'ca.crt'), join(credentials, 'ca.crt'));
    const place = { 'cluster-api': cluster.url, 'cluster-credentials': credentials };
    const gate = await startGate(optionsOf({ webhooks: 'bulla', 'trusted-root': 'none', ...place }));
    try {
      for (const kind of ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations']) {
        await until(async () => {
          const { stdout } = await cluster.kubectl(['get', kind, 'bulla', '-o', 'json']);
          const bundle = asText(at(parseJson(stdout), 'webhooks', 0, 'clientConfig', 'caBundle')) ?? '';
          return bundle !== '' && Buffer.from(bundle, 'base64').toString() === gate.authorities();
        });
      }
    } finally {
      await gate.stop();
    }
    const refused = await cluster.kubectl(['create', '--dry-run=server', '-f', '-'], pod('any', { image: 'nginx' }));
    assert.match(refused.stderr, /failed calling webhook "mutate\.policy\.bulla"/);
  });
});

function listOf(items: readonly JsonObject[]): JsonObject {
  return { apiVersion: 'v1', kind: 'List', items };
}

function namespace(name: string): JsonObject {
  const labels: JsonObject = name === 'bulla' ? { 'pod-security.kubernetes.io/enforce': 'restricted' } : {};
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

function pod(name: string, container: JsonObject, spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop' },
    spec: { containers: [{ name: 'c', ...container }], ...spec },
  };
}

function template(written: string, restartPolicy = 'Always'): JsonObject {
  return { metadata: { labels: { a: 'b' } }, spec: { restartPolicy, containers: [{ name: 'c', image: written }] } };
}

function workload(apiVersion: string, kind: string, spec: JsonObject): JsonObject {
  return { apiVersion, kind, metadata: { name: 'w', namespace: 'shop' }, spec };
}

/** Any certificate, as webhook configurations have it: base64 of PEM. */
function authority(): string {
  return Buffer.from(rootCertificates[0] ?? '').toString('base64');
}
