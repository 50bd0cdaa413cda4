import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { asList, asObject, type JsonObject } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { readDocuments } from '#policy/documents.ts';
import { bulla, missingPrograms, succeed } from './bulla.ts';
import { missingCluster, optionsOf, startCluster, until, type Cluster } from './cluster.ts';
import { newGateFolders, startGate, type RunningGate } from './gate.ts';
import { missingPeers, peer } from './peers.ts';
import { startRegistry, type Registry } from './registry.ts';
import { pushNewImage } from './vouching.ts';

const password = { COSIGN_PASSWORD: 'password' };

/** A key as cosign keeps it. @returns the file, and its public part */
async function newKey(folder: string, name: string): Promise<{ readonly file: string; readonly pem: string }> {
  const prefix = join(folder, name);
  const { code, stderr } = await bulla(['key', 'generate', '--output', prefix], { env: password });
  assert.equal(code, 0, stderr);
  return { file: `${prefix}.key`, pem: readFileSync(`${prefix}.pub`, 'utf8') };
}

/** Signs with the tool whose format it is. @returns what it writes */
async function sign(folder: string, documents: string, key: string, ...more: readonly string[]): Promise<string> {
  const [from, to] = [join(folder, 'unsigned.yaml'), join(folder, 'signed.yaml')];
  writeFileSync(from, documents);
  // Of these it takes the first for the second, which keeps it from publishing in a log.
  const offline = ['--force', '--no-tlog-upload'];
  await succeed(peer('kubectl-sigstore'), ['sign', '-f', from, '-k', key, '-o', to, ...offline, ...more], {
    env: { HOME: folder, ...password },
  });
  return readFileSync(to, 'utf8');
}

function policyBy(pems: readonly string[], rest: JsonObject = {}): string {
  const entries = pems.map((publicKeys) => ({ keys: { publicKeys } }));
  const match = { any: [{ resources: { kinds: ['*'] } }] };
  const manifests = { attestors: [{ entries }], ...rest };
  return JSON.stringify({
    apiVersion: 'kyverno.io/v1',
    kind: 'ClusterPolicy',
    metadata: { name: 'signed' },
    spec: { validationFailureAction: 'Enforce', rules: [{ name: 'signed', match, validate: { manifests } }] },
  });
}

/** What `bulla check` says of a file. */
async function check(folder: string, objects: string, policy: string): Promise<{ code: number | null; said: string }> {
  const [file, beside] = [join(folder, 'objects.yaml'), join(folder, 'policy.yaml')];
  writeFileSync(file, objects);
  writeFileSync(beside, policy);
  const { code, stdout, stderr } = await bulla(['check', file, '--policy', beside]);
  return { code, said: stdout + stderr };
}

const claim = {
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1024Mi' } } },
};

const template = {
  metadata: { labels: { app: 'a' } },
  spec: {
    containers: [
      {
        name: 'main',
        image: 'ghcr.io/your-org/app:1',
        ports: [{ containerPort: 80 }],
        resources: { limits: { cpu: 0.5, memory: '1024Mi' }, requests: { cpu: '0.25' } },
        readinessProbe: { httpGet: { port: 80 } },
        livenessProbe: { grpc: { port: 81 } },
        startupProbe: { exec: { command: ['true'] }, initialDelaySeconds: 0 },
        lifecycle: { preStop: { httpGet: { port: 80 } } },
        env: [
          { name: 'EMPTY', value: '' },
          { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
          { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
          { name: 'MEMORY', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1024Ki' } } },
        ],
        volumeMounts: [{ name: 'scratch', mountPath: '/scratch', readOnly: false }],
        envFrom: [{ configMapRef: { name: 'config' }, prefix: '' }],
        workingDir: '',
        tty: false,
      },
      { name: 'latest', image: 'ghcr.io/your-org/app', securityContext: { runAsNonRoot: true } },
    ],
    initContainers: [
      { name: 'first', image: `ghcr.io/your-org/app@sha256:${'0'.repeat(64)}`, restartPolicy: 'Always' },
    ],
    hostNetwork: false,
    hostname: '',
    serviceAccountName: 'default',
    volumes: [
      { name: 'scratch' },
      { name: 'small', emptyDir: { sizeLimit: '1.5Gi' } },
      { name: 'config', configMap: { name: 'config' } },
      { name: 'secret', secret: { secretName: 'secret' } },
      { name: 'claim', persistentVolumeClaim: { claimName: 'data', readOnly: false } },
      { name: 'block', iscsi: { targetPortal: '10.0.0.1:3260', iqn: 'iqn.2001-04.org.example:a', lun: 0 } },
      { name: 'own', ephemeral: { volumeClaimTemplate: { spec: claim.spec } } },
      { name: 'node', hostPath: { path: '/var/log' } },
      { name: 'names', downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
      { name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
    ],
  },
};
const selector = { matchLabels: { app: 'a' } };
const onNode = { ...template, spec: { ...template.spec, hostNetwork: true } };
const once = { ...template, spec: { ...template.spec, restartPolicy: 'Never' } };

/** An object of each kind whose defaults are known. */
const objects: readonly JsonObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'team' } },
  namespaced('apps/v1', 'Deployment', { selector, template }),
  namespaced('apps/v1', 'Deployment', { replicas: 3, strategy: { type: 'Recreate' }, selector, template }, 'recreated'),
  namespaced('apps/v1', 'Deployment', { selector, template: onNode }, 'on-node'),
  namespaced('apps/v1', 'StatefulSet', { selector, template, serviceName: 'a', volumeClaimTemplates: [claim] }),
  namespaced('apps/v1', 'DaemonSet', { selector, template }),
  namespaced('apps/v1', 'ReplicaSet', { selector, template }),
  namespaced('v1', 'ReplicationController', { template }),
  namespaced('batch/v1', 'Job', { template: once }),
  namespaced('batch/v1', 'CronJob', { schedule: '0 0 * * *', jobTemplate: { spec: { template: once } } }),
  namespaced('v1', 'Pod', template.spec),
  namespaced('v1', 'Service', { selector: { app: 'a' }, ports: [{ port: 80 }] }),
  namespaced('v1', 'Service', { clusterIP: 'None', selector: { app: 'a' }, ports: [{ port: 80 }] }, 'headless'),
  namespaced('v1', 'Service', { type: 'NodePort', selector: { app: 'a' }, ports: [{ port: 80 }] }, 'outside'),
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config', namespace: 'team' }, data: { a: '1' } },
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'secret', namespace: 'team' }, data: { a: 'MQ==' } },
];

function namespaced(apiVersion: string, kind: string, spec: JsonObject, name = 'app'): JsonObject {
  return { apiVersion, kind, metadata: { name, namespace: 'team' }, spec };
}

function nameOf({ metadata }: JsonObject): unknown {
  return asObject(metadata)?.['name'];
}

function textOf(documents: readonly JsonObject[]): string {
  return documents.map((one) => JSON.stringify(one)).join('\n---\n');
}

const absent = await missingPrograms('docker-registry', 'skopeo');

describe('what k8s-manifest-sigstore signs', { skip: missingPeers('kubectl-sigstore') ?? false }, () => {
  const folder = newFolder('signed-manifests');
  const deployment = objects.slice(2, 3);
  let [one, two] = [
    { file: '', pem: '' },
    { file: '', pem: '' },
  ];

  before(async () => {
    [one, two] = [await newKey(folder, 'one'), await newKey(folder, 'two')];
  });

  test('passes for its key, and for no other', async () => {
    const signed = await sign(folder, textOf(deployment), one.file);
    const good = await check(folder, signed, policyBy([one.pem]));
    assert.equal(good.code, 0, good.said);
    const bad = await check(folder, signed, policyBy([two.pem]));
    assert.equal(bad.code, 1, bad.said);
    assert.match(bad.said, /manifest-refused/);
  });

  test('does not pass when it was changed, but in fields that are ignored', async () => {
    const signed = await sign(folder, textOf(deployment), one.file);
    const changed = signed.replace(/^spec:$/m, 'spec:\n  replicas: 5');
    assert.notEqual(changed, signed);
    const { code, said } = await check(folder, changed, policyBy([one.pem]));
    assert.equal(code, 1, said);
    assert.match(said, /manifest-changed/);
    assert.match(said, /is not as its manifest was signed: spec\.replicas/);
    const ignoreFields = [{ objects: [{ kind: 'Deployment' }], fields: ['spec.replicas'] }];
    assert.equal((await check(folder, changed, policyBy([one.pem], { ignoreFields }))).code, 0);
  });

  test('passes when two have signed and both must', async () => {
    const first = await sign(folder, textOf(deployment), one.file);
    assert.equal((await check(folder, first, policyBy([one.pem, two.pem]))).code, 1);
    const both = await sign(folder, first, two.file, '--append-signature');
    const { code, said } = await check(folder, both, policyBy([one.pem, two.pem]));
    assert.equal(code, 0, said);
  });

  test('passes as an archive, which is its older way', async () => {
    const signed = await sign(folder, textOf(deployment), one.file, '--tarball', 'yes');
    const { code, said } = await check(folder, signed, policyBy([one.pem]));
    assert.equal(code, 0, said);
  });

  describe('is what an API server gives back', { skip: missingCluster ?? false }, () => {
    let cluster: Cluster;

    before(async () => {
      // Plugins add to pods what their account needs.
      cluster = await startCluster({ 'disable-admission-plugins': 'StorageObjectInUseProtection' });
    });
    after(() => cluster.stop());

    test('with all the defaults that it has written', async () => {
      const signed = readDocuments(await sign(folder, textOf(objects), one.file), 'signed').map(({ body }) => body);
      assert.equal(signed.length, objects.length);
      const given: JsonObject[] = [];
      for (const object of signed) {
        const { code, stdout, stderr } = await cluster.kubectl(['apply', '-f', '-', '-o', 'json'], object);
        assert.equal(code, 0, stderr);
        given.push(asObject(JSON.parse(stdout)) ?? {});
      }
      const { code, said } = await check(folder, textOf(given), policyBy([one.pem]));
      assert.equal(code, 0, said);
      const pod = asObject(given.find(({ kind }) => kind === 'Pod')?.['spec']) ?? {};
      assert.ok(JSON.stringify(asList(pod['volumes'])).includes('kube-api-access-'), 'plugins have added a token');
    });

    describe('and is let in by a gate', { skip: absent ?? false }, () => {
      const folders = newGateFolders();
      const pods = objects.filter(({ spec }) => JSON.stringify(spec ?? {}).includes('"containers"'));
      let gate: RunningGate | undefined;
      let registry: Registry | undefined;
      let signed: readonly JsonObject[] = [];
      let other = '';

      before(async () => {
        const [policy, webhooks] = [join(folder, 'gate.yaml'), join(folder, 'webhooks.yaml')];
        writeFileSync(policy, policyBy([one.pem]));
        registry = await startRegistry();
        const { tagged, pinned } = await pushNewImage(registry.host);
        other = (await pushNewImage(registry.host)).tagged;
        const settings = { policy, 'trusted-root': 'none', 'internal-registry': registry.host };
        gate = await startGate(optionsOf(settings), folders);
        const options = optionsOf({ url: gate.url, 'own-ca': folders.ca, host: '127.0.0.1' });
        writeFileSync(webhooks, (await bulla(['serve', '--print-webhooks', ...options])).stdout);
        await kubectl(['apply', '-f', webhooks]);
        await kubectl(['create', 'namespace', 'gated']);
        await kubectl(['create', 'serviceaccount', 'default', '-n', 'gated']);
        const probe = namespaced('v1', 'Pod', template.spec, 'probe');
        await until(async () => (await cluster.kubectl(['create', '--dry-run=server', '-f', '-'], probe)).code !== 0);
        // A manifest without a namespace is for any; gates pin images where they have tags.
        const anywhere = textOf(pods.map((object) => ({ ...object, metadata: { name: nameOf(object) } })))
          .replaceAll(/ghcr\.io\/your-org\/app@[^"]*/g, pinned)
          .replaceAll(/ghcr\.io\/your-org\/app[^"]*/g, tagged);
        signed = readDocuments(await sign(folder, anywhere, one.file), 'signed').map(({ body }) => body);
      });
      after(async () => {
        await gate?.stop();
        registry?.stop();
      });

      async function kubectl(args: readonly string[], input?: unknown): Promise<string> {
        const { code, stdout, stderr } = await cluster.kubectl(args, input);
        assert.equal(code, 0, stderr);
        return stdout;
      }

      async function denied(args: readonly string[], input: unknown, field: string): Promise<void> {
        const { code, stderr } = await cluster.kubectl(args, input);
        assert.notEqual(code, 0, 'it was let in');
        assert.ok(stderr.includes(`is not as its manifest was signed: ${field}`), stderr);
      }

      test('when it is made, and when it is applied again', async () => {
        for (const object of [...signed, ...signed]) await kubectl(['apply', '-n', 'gated', '-f', '-'], object);
      });

      test('and not with another field, when it is made or later', async () => {
        const object = signed.find(({ kind }) => kind === 'Deployment') ?? {};
        const more = { ...object, spec: { ...asObject(object['spec']), minReadySeconds: 5 } };
        await denied(['apply', '-n', 'gated', '-f', '-'], more, 'spec.minReadySeconds');
        const label = ['label', 'deployment', 'app', '-n', 'gated', 'team=a'];
        await denied(label, undefined, 'metadata.labels.team');
        const image = ['set', 'image', 'deployment/app', '-n', 'gated', `main=${other}`];
        await denied(image, undefined, 'spec.template.spec.containers.0.image');
      });
    });
  });
});
