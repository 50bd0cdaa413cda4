import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { asList, asObject, parseJson, type JsonObject } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { bulla, missingPrograms } from './bulla.ts';
import { missingCluster, optionsOf, startCluster, until, type Cluster } from './cluster.ts';
import { newGateFolders, startGate, type RunningGate } from './gate.ts';
import { startRegistry, type Registry } from './registry.ts';
import { done, newKeys, pushNewImage, type KeyFiles, type PushedImage } from './vouching.ts';

const missing = missingCluster ?? (await missingPrograms('docker-registry', 'skopeo'));

describe('a real API server asks the gate', { skip: missing ?? false }, () => {
  let cluster: Cluster;
  let registry: Registry;
  let gate: RunningGate;
  let keys: KeyFiles;
  let signed: PushedImage;
  let unsigned: PushedImage;
  const policies = newFolder('policies');
  const folders = newGateFolders();

  before(async () => {
    [cluster, registry] = await Promise.all([startCluster(), startRegistry()]);
    keys = newKeys();
    signed = await pushNewImage(registry.host);
    unsigned = await pushNewImage(registry.host);
    await done('sign', '--key', keys.key, signed.pinned);
    writeFileSync(join(policies, 'policy.yaml'), JSON.stringify(signedPolicy(keys)));
    await apply(rightsOfGate);
    gate = await startGate(options(), folders);
    const printing = { url: gate.url, 'own-ca': folders.ca, host: '127.0.0.1', resource: 'example.org/workflows' };
    const printed = await bulla(['serve', '--print-webhooks', ...optionsOf(printing)]);
    assert.equal(printed.code, 0, printed.stderr);
    writeFileSync(join(policies, '..', 'webhooks.yaml'), printed.stdout);
    await succeedWith(['apply', '-f', join(policies, '..', 'webhooks.yaml')]);
    // An API server takes notice of webhooks after some time.
    await until(
      async () =>
        (await cluster.kubectl(['create', '--dry-run=server', '-f', '-'], pod('probe', unsigned.pinned))).code !== 0,
    );
  });

  after(async () => {
    await gate?.stop();
    await cluster?.stop();
    registry?.stop();
  });

  const options = () =>
    optionsOf({
      policy: policies,
      'trusted-root': 'none',
      'internal-registry': registry.host,
      webhooks: 'bulla',
      'cluster-api': cluster.url,
      'cluster-credentials': cluster.gateCredentials,
      'image-path': 'Workflow=/spec/steps/*/image',
    });

  const apply = (object: unknown, ...args: readonly string[]) => succeedWith(['apply', ...args, '-f', '-'], object);

  async function succeedWith(args: readonly string[], input?: unknown): Promise<string> {
    const { code, stdout, stderr } = await cluster.kubectl(args, input);
    assert.equal(code, 0, stderr);
    return stdout;
  }

  async function denied(args: readonly string[], input: unknown, message: RegExp): Promise<void> {
    const { code, stderr } = await cluster.kubectl(args, input);
    assert.notEqual(code, 0, 'it was let in');
    assert.match(stderr, message);
  }

  async function stored(kind: string, name: string, path: string): Promise<string> {
    return succeedWith(['get', kind, name, '-o', `jsonpath={${path}}`]);
  }

  test('bulla policy attack says who may change webhooks and policies', async () => {
    const ca = join(policies, '..', 'ca.pem');
    writeFileSync(ca, gate.authorities());
    const images = { good: signed.pinned, bad: unsigned.pinned, ca, 'cluster-api': cluster.url };
    const ways = async (credentials: string) => {
      const flags = optionsOf({ ...images, 'cluster-credentials': credentials });
      const run = await bulla(['policy', 'attack', gate.url, ...flags, '--json']);
      const tried = asList(asObject(parseJson(run.stdout))?.['ways']).map((one) => asObject(one) ?? {});
      const some = tried.filter(({ name }) => name === 'edited-configuration' || name === 'exception');
      return { code: run.code, states: some.map(({ state }) => state), why: JSON.stringify(some) };
    };
    const ofTenant = await ways(cluster.tenantCredentials);
    assert.deepEqual([ofTenant.code, ...ofTenant.states], [0, 'closed', 'closed'], ofTenant.why);
    const ofAdmin = await ways(cluster.credentials);
    assert.deepEqual([ofAdmin.code, ...ofAdmin.states], [1, 'untested', 'open']);
    assert.match(ofAdmin.why, /delete validatingwebhookconfigurations/);
  });

  test('an unsigned pod is denied with what to do', async () => {
    const sentence = new RegExp(`validate.policy.bulla.*Nobody has signed.*bulla sign ${unsigned.tagged}`, 's');
    await denied(['apply', '-f', '-'], pod('unsigned', unsigned.tagged), sentence);
    const { code } = await cluster.kubectl(['get', 'pod', 'unsigned']);
    assert.notEqual(code, 0);
  });

  test('a signed one is stored with its digest', async () => {
    await apply(pod('signed', signed.tagged));
    assert.equal(await stored('pod', 'signed', '.spec.containers[0].image'), `${signed.tagged}@${digestOf(signed)}`);
  });

  test('workloads are pinned where their pods are made, and denied there', async () => {
    const path = '.spec.template.spec.containers[0].image';
    await apply(deployment('web', signed.tagged));
    assert.equal(await stored('deployment', 'web', path), `${signed.tagged}@${digestOf(signed)}`);
    await denied(['apply', '-f', '-'], deployment('other', unsigned.tagged), /Nobody has signed/);
    await apply(cronJob('nightly', signed.tagged));
    const inJob = `.spec.jobTemplate${path}`;
    assert.equal(await stored('cronjob', 'nightly', inJob), `${signed.tagged}@${digestOf(signed)}`);
    await denied(['apply', '-f', '-'], cronJob('hourly', unsigned.tagged), /Nobody has signed/);
    await denied(['apply', '-f', '-'], controller('old', unsigned.tagged), /Nobody has signed/);
  });

  test('a change of the image is a new question, with or without a change of the number', async () => {
    await denied(['set', 'image', 'deployment/web', `main=${unsigned.pinned}`], undefined, /Nobody has signed/);
    const change = {
      spec: { replicas: 0, template: { spec: { containers: [{ name: 'main', image: unsigned.pinned }] } } },
    };
    await denied(['patch', 'deployment', 'web', '-p', JSON.stringify(change)], undefined, /Nobody has signed/);
    await succeedWith(['scale', 'deployment/web', '--replicas=3']);
    const image = { spec: { containers: [{ name: 'main', image: unsigned.pinned }] } };
    await denied(['patch', 'pod', 'signed', '-p', JSON.stringify(image)], undefined, /Nobody has signed/);
    await succeedWith(['label', 'pod', 'signed', 'a=b']);
  });

  test('init containers, ephemeral containers and volumes are images too', async () => {
    const init = pod('init', signed.tagged, { initContainers: [{ name: 'first', image: unsigned.tagged }] });
    await denied(['apply', '-f', '-'], init, /Nobody has signed/);
    const volume = (reference: string) => ({ volumes: [{ name: 'data', image: { reference, pullPolicy: 'Always' } }] });
    await denied(['apply', '-f', '-'], pod('volume', signed.tagged, volume(unsigned.tagged)), /Nobody has signed/);
    await apply(pod('volume', signed.tagged, volume(signed.tagged)));
    const pinned = await stored('pod', 'volume', '.spec.volumes[0].image.reference');
    assert.equal(pinned, `${signed.tagged}@${digestOf(signed)}`);

    const debug = (image: string) => {
      const container = { name: 'debug', image, targetContainerName: 'main', terminationMessagePolicy: 'File' };
      const current = asObject(parseJson(currentPod)) ?? {};
      return { ...current, spec: { ...asObject(current['spec']), ephemeralContainers: [container] } };
    };
    const currentPod = await succeedWith(['get', 'pod', 'signed', '-o', 'json']);
    const path = '/api/v1/namespaces/default/pods/signed/ephemeralcontainers';
    await denied(['replace', '--raw', path, '-f', '-'], debug(unsigned.tagged), /Nobody has signed/);
    await succeedWith(['replace', '--raw', path, '-f', '-'], debug(signed.tagged));
    const image = await stored('pod', 'signed', '.spec.ephemeralContainers[0].image');
    assert.equal(image, `${signed.tagged}@${digestOf(signed)}`);
  });

  test('no namespace, label, annotation, owner or name is a way around', async () => {
    await succeedWith(['create', 'namespace', 'free']);
    await succeedWith(['label', 'namespace', 'free', 'policy.sigstore.dev/include=false', 'policy.bulla/ignore=true']);
    const args = ['apply', '-f', '-', '-n'];
    await denied([...args, 'free'], pod('free', unsigned.tagged), /Nobody has signed/);
    await denied([...args, 'kube-system'], pod('system', unsigned.tagged), /Nobody has signed/);
    // The API server writes this one label itself.
    await cluster.kubectl(['label', 'namespace', 'free', 'kubernetes.io/metadata.name=bulla', '--overwrite']);
    await denied([...args, 'free'], pod('named', unsigned.tagged), /Nobody has signed/);
    const metadata = {
      annotations: { 'policy.bulla/verified': 'true', 'kyverno.io/verify-images': `{"${unsigned.tagged}":"pass"}` },
    };
    await denied(
      ['apply', '-f', '-'],
      { ...pod('forged', unsigned.tagged), metadata: { name: 'forged', ...metadata } },
      /Nobody/,
    );
    const generated = { ...pod('x', unsigned.tagged), metadata: { generateName: 'x-' } };
    await denied(['create', '-f', '-'], generated, /Nobody has signed/);
    await denied(['create', '--dry-run=server', '-f', '-'], pod('dry', unsigned.tagged), /Nobody has signed/);
  });

  test('kinds of others are asked about where it is configured', async () => {
    await apply(workflows);
    const workflow = (image: string) => ({
      apiVersion: 'example.org/v1',
      kind: 'Workflow',
      metadata: { name: 'flow' },
      spec: { steps: [{ image }] },
    });
    await until(async () => (await cluster.kubectl(['get', 'workflows'])).code === 0);
    await denied(['apply', '-f', '-'], workflow(unsigned.tagged), /Nobody has signed/);
    await apply(workflow(signed.tagged));
    assert.equal(await stored('workflow', 'flow', '.spec.steps[0].image'), `${signed.tagged}@${digestOf(signed)}`);
  });

  test('what brings no image is let pass, and a pod may be deleted', async () => {
    await succeedWith(['create', 'configmap', 'data', '--from-literal', `image=${unsigned.tagged}`]);
    await succeedWith(['delete', 'pod', 'volume', '--grace-period=0', '--force']);
  });

  test('the gate adds its authority to those that the API server trusts, with no other right', async () => {
    const path = '.webhooks[0].clientConfig.caBundle';
    for (const kind of ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration']) {
      await succeedWith([
        'patch',
        kind,
        'bulla',
        '--type=json',
        '-p',
        JSON.stringify([{ op: 'remove', path: '/webhooks/0/clientConfig/caBundle' }]),
      ]);
    }
    await gate.stop();
    gate = await startGate(options(), folders, Number(new URL(gate.url).port));
    await until(async () => (await stored('validatingwebhookconfiguration', 'bulla', path)) !== '');
    const bundle = Buffer.from(await stored('mutatingwebhookconfiguration', 'bulla', path), 'base64').toString();
    assert.equal(bundle, gate.authorities());
    await until(
      async () =>
        (await cluster.kubectl(['create', '--dry-run=server', '-f', '-'], pod('again', signed.tagged))).code === 0,
    );
  });

  test('whoever turns the webhooks off is seen', async () => {
    const last = () => gate.log().findLast(({ event }) => event === 'webhooks');
    await until(() => Promise.resolve(last() !== undefined));
    assert.deepEqual(last()?.['gaps'], []);
    const weaker = [{ op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Ignore' }];
    const patch = ['patch', 'validatingwebhookconfiguration', 'bulla', '--type=json', '-p'];
    await succeedWith([...patch, JSON.stringify(weaker)]);
    await until(() => Promise.resolve(last()?.['level'] === 'error'));
    assert.match(JSON.stringify(last()), /validate.policy.bulla lets pass what it cannot ask about/);
    await succeedWith([...patch, JSON.stringify([{ ...weaker[0], value: 'Fail' }])]);
    await until(() => Promise.resolve(last()?.['level'] === 'info'));
  });

  test('a gate that is gone lets nothing pass', async () => {
    assert.equal(await gate.stop(), 0);
    await denied(['apply', '-f', '-'], pod('late', signed.pinned), /failed calling webhook/);
  });
});

function signedPolicy({ publicKey }: KeyFiles): JsonObject {
  return {
    apiVersion: 'policy.bulla/v1',
    kind: 'TrustPolicy',
    metadata: { name: 'signed' },
    spec: { mode: 'enforce', rules: { signatures: { signedBy: [{ key: readFileSync(publicKey, 'utf8') }] } } },
  };
}

function digestOf({ pinned }: PushedImage): string {
  return pinned.slice(pinned.indexOf('@') + 1);
}

function pod(name: string, image: string, more: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'main', image }], ...more },
  };
}

function templateOf(image: string, more: JsonObject = {}): JsonObject {
  return { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'main', image }], ...more } };
}

function deployment(name: string, image: string): JsonObject {
  const spec = { selector: { matchLabels: { app: 'a' } }, template: templateOf(image) };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec };
}

function controller(name: string, image: string): JsonObject {
  const spec = { selector: { app: 'a' }, template: templateOf(image) };
  return { apiVersion: 'v1', kind: 'ReplicationController', metadata: { name }, spec };
}

function cronJob(name: string, image: string): JsonObject {
  const jobTemplate = { spec: { template: templateOf(image, { restartPolicy: 'Never' }) } };
  return { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name }, spec: { schedule: '0 0 * * *', jobTemplate } };
}

const workflows = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'workflows.example.org' },
  spec: {
    group: 'example.org',
    scope: 'Namespaced',
    names: { kind: 'Workflow', plural: 'workflows', singular: 'workflow' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

/** What the gate may do, and no more. */
const rightsOfGate = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'gate' },
      rules: [
        {
          apiGroups: ['admissionregistration.k8s.io'],
          resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
          resourceNames: ['bulla'],
          verbs: ['get', 'patch'],
        },
      ],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'gate' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'gate' },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'gate' }],
    },
  ],
};
