import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { packTar } from '#image/testing.ts';
import { BullaError } from '#kit/error.ts';
import type { JsonObject } from '#kit/narrow.ts';
import { askAboutObject } from '#policy/languages/kyverno/test/ask.ts';
import { compile, policyWith } from '#policy/languages/kyverno/testing.ts';
import { newImageWorld, newPolicyKey, surroundingsOf } from '#policy/testing.ts';
import { createSelfSigned, pemOfCertificate } from '#signatures/notation/testing.ts';
import { annotationsOf, withAnnotations, type Signer } from './testing.ts';

const [one, two] = [newPolicyKey(), newPolicyKey()];
const world = newImageWorld();
const surroundings = surroundingsOf(world);
const image = 'ghcr.io/your-org/app:1';
const digest = world.put(image);
const other = world.put('ghcr.io/your-org/app:2', 'other');

/** An object with fields in other fields changed; what becomes undefined is taken out. */
function changed(object: JsonObject, ...changes: readonly (readonly [path: string, value: unknown])[]): JsonObject {
  const copy = structuredClone(object);
  for (const [path, value] of changes) {
    const steps = path.split('/');
    const last = steps.pop() ?? '';
    // Made by this test, of plain objects and lists.
    const place = steps.reduce<Record<string, unknown>>(
      (inner, step) => (inner[step] ??= {}) as Record<string, unknown>,
      copy as Record<string, unknown>,
    );
    if (value === undefined) delete place[last];
    else place[last] = value;
  }
  return copy;
}

const deployment: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'app', labels: { app: 'a' } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'a' } },
    template: {
      metadata: { labels: { app: 'a' } },
      spec: {
        serviceAccountName: 'app',
        containers: [
          {
            name: 'main',
            image,
            ports: [{ containerPort: 80 }],
            resources: { limits: { cpu: 0.5, memory: '1024Mi' } },
            livenessProbe: { httpGet: { port: 80 } },
            env: [{ name: 'EMPTY', value: '' }],
          },
        ],
        volumes: [{ name: 'scratch' }, { name: 'config', configMap: { name: 'config' } }],
      },
    },
  },
};

/** The same as an API server gives it back. */
const stored = changed(
  deployment,
  ['metadata/namespace', 'team'],
  ['metadata/uid', '5a1c7f9e-0000-4000-8000-000000000000'],
  ['metadata/resourceVersion', '42'],
  ['metadata/generation', 1],
  ['metadata/creationTimestamp', '2026-01-01T00:00:00Z'],
  ['metadata/managedFields', [{ manager: 'kubectl' }]],
  [
    'metadata/annotations',
    { 'deployment.kubernetes.io/revision': '3', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
  ],
  ['status', { replicas: 2 }],
  ['spec/progressDeadlineSeconds', 600],
  ['spec/revisionHistoryLimit', 10],
  ['spec/strategy', { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } }],
  ['spec/template/metadata/creationTimestamp', null],
  ['spec/template/spec/restartPolicy', 'Always'],
  ['spec/template/spec/dnsPolicy', 'ClusterFirst'],
  ['spec/template/spec/schedulerName', 'default-scheduler'],
  ['spec/template/spec/securityContext', {}],
  ['spec/template/spec/serviceAccount', 'app'],
  ['spec/template/spec/terminationGracePeriodSeconds', 30],
  ['spec/template/spec/volumes/0/emptyDir', {}],
  ['spec/template/spec/volumes/1/configMap/defaultMode', 420],
  ['spec/template/spec/containers/0/imagePullPolicy', 'IfNotPresent'],
  ['spec/template/spec/containers/0/terminationMessagePath', '/dev/termination-log'],
  ['spec/template/spec/containers/0/terminationMessagePolicy', 'File'],
  ['spec/template/spec/containers/0/ports/0/protocol', 'TCP'],
  ['spec/template/spec/containers/0/resources', { limits: { cpu: '500m', memory: '1Gi' } }],
  [
    'spec/template/spec/containers/0/livenessProbe',
    {
      httpGet: { path: '/', port: 80, scheme: 'HTTP' },
      failureThreshold: 3,
      periodSeconds: 10,
      successThreshold: 1,
      timeoutSeconds: 1,
    },
  ],
  ['spec/template/spec/containers/0/env', [{ name: 'EMPTY' }]],
);

const container = 'spec/template/spec/containers/0';
const byKeys = (...pems: readonly string[]) => ({
  attestors: [{ count: 1, entries: pems.map((publicKeys) => ({ keys: { publicKeys } })) }],
});

async function ask(manifests: object, object: JsonObject) {
  const match = { any: [{ resources: { kinds: ['*'] } }] };
  const policy = compile(policyWith([{ match, validate: { manifests } }]));
  const user = { username: '', groups: [] };
  const [outcome] = await policy.decide(askAboutObject(object, 'CREATE', user), surroundings);
  assert.ok(outcome !== undefined);
  return outcome;
}

async function say(manifests: object, object: JsonObject): Promise<string> {
  const { outcome, reason, evidence } = await ask(manifests, object);
  if (outcome === 'passed') return outcome;
  const paths = evidence.flatMap(({ what }) => (what.startsWith('difference at ') ? [what.slice(14)] : []));
  return [outcome, reason.code, ...paths].join(' ');
}

const signedBy = (signers: readonly Signer[], object = deployment, manifest = deployment) =>
  withAnnotations(object, annotationsOf([manifest], signers));

const issuer = 'https://token.actions.githubusercontent.com';
const workflow = 'https://github.com/your-org/app/.github/workflows/build.yml@refs/heads/main';
const keyless = (subject: string, rest: object = {}) => ({
  attestors: [{ entries: [{ keyless: { issuer, subject, rekor: { url: 'https://rekor.sigstore.dev' }, ...rest } }] }],
});
const byWorkflow = { identity: workflow, issuer };
const good = annotationsOf([deployment], [one.key]);

const certified = createSelfSigned();
const cert = pemOfCertificate(certified.certificates[0]);
const byCertificate = (rekor?: object) => ({ attestors: [{ entries: [{ certificates: { cert, rekor } }] }] });

const signers: readonly (readonly [what: string, manifests: object, object: JsonObject, said: string])[] = [
  ['the key', byKeys(one.pem), signedBy([one.key]), 'passed'],
  ['another key', byKeys(one.pem), signedBy([two.key]), 'failed manifest-refused'],
  ['nobody', byKeys(one.pem), deployment, 'failed manifest-unsigned'],
  [
    'somebody, in an image that the object names',
    byKeys(one.pem),
    withAnnotations(deployment, { 'cosign.sigstore.dev/resourceBundleRef': image }),
    'failed manifest-unsigned',
  ],
  [
    'a message alone',
    byKeys(one.pem),
    withAnnotations(deployment, annotationsOf([deployment], [])),
    'failed manifest-unsigned',
  ],
  [
    'a signature of another message',
    byKeys(one.pem),
    withAnnotations(deployment, {
      ...good,
      'cosign.sigstore.dev/message': gzipSync('kind: Deployment\n').toString('base64'),
    }),
    'failed manifest-refused',
  ],
  ['the second of two who signed', byKeys(two.pem), signedBy([one.key, two.key]), 'passed'],
  ['one of two keys', byKeys(one.pem, two.pem), signedBy([two.key]), 'passed'],
  [
    'both of two keys',
    { attestors: [{ entries: byKeys(one.pem, two.pem).attestors[0]?.entries }] },
    signedBy([one.key, two.key]),
    'passed',
  ],
  [
    'both of two keys, where one has signed twice',
    { attestors: [{ entries: [{ keys: { publicKeys: one.pem + two.pem } }] }] },
    signedBy([one.key, one.key]),
    'failed manifest-refused',
  ],
  [
    'each of two sets',
    { attestors: [...byKeys(one.pem).attestors, ...byKeys(two.pem).attestors] },
    signedBy([one.key]),
    'failed manifest-refused',
  ],
  [
    'a set within a set',
    { attestors: [{ entries: [{ attestor: byKeys(one.pem, two.pem).attestors[0] }] }] },
    signedBy([two.key]),
    'passed',
  ],
  [
    'a key whose signatures are in a log',
    { attestors: [{ entries: [{ keys: { publicKeys: one.pem, rekor: { url: 'https://rekor.sigstore.dev' } } }] }] },
    signedBy([one.key]),
    'failed manifest-refused',
  ],
  [
    'a key in a log',
    { attestors: [{ entries: [{ keys: { publicKeys: one.pem, rekor: { url: 'https://rekor.sigstore.dev' } } }] }] },
    signedBy([{ logged: one.key }]),
    'passed',
  ],
  ['a key in a log that is not asked about', byKeys(one.pem), signedBy([{ logged: one.key }]), 'passed'],
  [
    'a key of a secret that is not there',
    { attestors: [{ entries: [{ keys: { publicKeys: 'k8s://team/key' } }] }] },
    signedBy([one.key]),
    'unknown evidence-unavailable',
  ],
  [
    'a file that is not there',
    { attestors: [{ entries: [{ keys: { publicKeys: 'key.pub' } }] }] },
    signedBy([one.key]),
    'failed manifest-refused',
  ],
  [
    'an annotation that is there',
    { attestors: [{ entries: [{ keys: { publicKeys: one.pem }, annotations: { team: 'a' } }] }] },
    signedBy([one.key], withAnnotations(deployment, { team: 'a' }), withAnnotations(deployment, { team: 'a' })),
    'passed',
  ],
  [
    'an annotation that is not there',
    { attestors: [{ entries: [{ keys: { publicKeys: one.pem }, annotations: { team: 'a' } }] }] },
    signedBy([one.key]),
    'failed manifest-refused',
  ],
  ['a workflow', keyless('https://github.com/your-org/*'), signedBy([byWorkflow]), 'passed'],
  ['another workflow', keyless('https://github.com/others/*'), signedBy([byWorkflow]), 'failed manifest-refused'],
  [
    'a workflow without its log entry',
    keyless('*'),
    changed(signedBy([byWorkflow]), ['metadata/annotations', withoutBundle(annotationsOf([deployment], [byWorkflow]))]),
    'failed manifest-refused',
  ],
  [
    'a key, beside a certificate of another',
    byKeys(one.pem),
    withAnnotations(deployment, { ...annotationsOf([deployment], [byWorkflow]), ...good }),
    'passed',
  ],
  ['the key of a certificate', byCertificate({ ignoreTlog: true }), signedBy([certified.key]), 'passed'],
  ['the key of a certificate, in no log', byCertificate(), signedBy([certified.key]), 'failed manifest-refused'],
  [
    'another key than that of a certificate',
    byCertificate({ ignoreTlog: true }),
    signedBy([one.key]),
    'failed manifest-refused',
  ],
  [
    'annotations of another domain',
    { ...byKeys(one.pem), annotationDomain: 'sign.example.org' },
    withAnnotations(deployment, annotationsOf([deployment], [one.key], 'sign.example.org')),
    'passed',
  ],
  [
    'annotations that are not of the domain',
    { ...byKeys(one.pem), annotationDomain: 'sign.example.org' },
    signedBy([one.key]),
    'failed manifest-unsigned',
  ],
];

function withoutBundle(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => !name.endsWith('/bundle')));
}

for (const [what, manifests, object, said] of signers) {
  test(`signed by ${what}: ${said}`, async () => assert.equal(await say(manifests, object), said));
}

const pin = (to: string, base = deployment) => changed(base, [`${container}/image`, `${image}@${to}`]);

const changes: readonly (readonly [what: string, found: JsonObject, said: string])[] = [
  ['as an API server gives it back', stored, 'passed'],
  ['another number of replicas', changed(deployment, ['spec/replicas', 3]), 'spec.replicas'],
  ['replicas left out', changed(deployment, ['spec/replicas', undefined]), 'spec.replicas'],
  ['another name', changed(deployment, ['metadata/name', 'app2']), 'unsigned'],
  ['another group', changed(deployment, ['apiVersion', 'example.org/v1']), 'unsigned'],
  ['another version', changed(deployment, ['apiVersion', 'apps/v1beta1']), 'apiVersion'],
  [
    'another image',
    changed(deployment, [`${container}/image`, 'ghcr.io/your-org/evil:1']),
    'spec.template.spec.containers.0.image',
  ],
  ['the digest of its image', pin(digest), 'passed'],
  ['the digest of another image', pin(other), 'spec.template.spec.containers.0.image'],
  [
    'the digest, and more',
    changed(pin(digest), ['spec/replicas', 3]),
    'spec.replicas spec.template.spec.containers.0.image',
  ],
  [
    'a container more',
    changed(deployment, ['spec/template/spec/containers/1', { name: 'more', image }]),
    'spec.template.spec.containers.1',
  ],
  [
    'an init container',
    changed(deployment, ['spec/template/spec/initContainers', [{ name: 'more', image }]]),
    'spec.template.spec.initContainers.0',
  ],
  ['a command', changed(deployment, [`${container}/command`, ['sh']]), 'spec.template.spec.containers.0.command.0'],
  [
    'a privileged container',
    changed(deployment, [`${container}/securityContext`, { privileged: true }]),
    'spec.template.spec.containers.0.securityContext.privileged',
  ],
  [
    'a pod that runs as root',
    changed(deployment, ['spec/template/spec/securityContext', { runAsUser: 0 }]),
    'spec.template.spec.securityContext.runAsUser',
  ],
  [
    'the network of the node',
    changed(deployment, ['spec/template/spec/hostNetwork', true]),
    'spec.template.spec.containers.0.ports.0.hostPort spec.template.spec.hostNetwork',
  ],
  ['no network of the node, said', changed(deployment, ['spec/template/spec/hostNetwork', false]), 'passed'],
  [
    'another account',
    changed(deployment, ['spec/template/spec/serviceAccountName', 'admin']),
    'spec.template.spec.serviceAccountName spec.template.spec.serviceAccount',
  ],
  [
    'another account by its older name',
    changed(deployment, ['spec/template/spec/serviceAccount', 'admin']),
    'spec.template.spec.serviceAccount',
  ],
  [
    'a default that is another',
    changed(stored, ['spec/template/spec/terminationGracePeriodSeconds', 31]),
    'spec.template.spec.terminationGracePeriodSeconds',
  ],
  [
    'an amount that is another',
    changed(deployment, [`${container}/resources/limits/cpu`, '501m']),
    'spec.template.spec.containers.0.resources.limits.cpu',
  ],
  [
    'an environment',
    changed(deployment, [`${container}/env/0/value`, 'x']),
    'spec.template.spec.containers.0.env.0.value',
  ],
  [
    'a volume of the node',
    changed(deployment, ['spec/template/spec/volumes/0/hostPath', { path: '/' }]),
    'spec.template.spec.volumes.0.emptyDir spec.template.spec.volumes.0.hostPath.path spec.template.spec.volumes.0.hostPath.type',
  ],
  ['a label', changed(deployment, ['metadata/labels/more', '1']), 'metadata.labels.more'],
  ['an annotation', changed(deployment, ['metadata/annotations', { more: '1' }]), 'metadata.annotations.more'],
  [
    'a revision that is none',
    changed(deployment, ['metadata/annotations', { 'deployment.kubernetes.io/revision': 'x' }]),
    'metadata.annotations.deployment.kubernetes.io/revision',
  ],
  ['an owner', changed(deployment, ['metadata/ownerReferences', [{ name: 'x' }]]), 'metadata.ownerReferences.0'],
  ['a finalizer of Kubernetes', changed(deployment, ['metadata/finalizers', ['foregroundDeletion']]), 'passed'],
  [
    'a finalizer of others',
    changed(deployment, ['metadata/finalizers', ['example.org/hold']]),
    'metadata.finalizers.0',
  ],
];

for (const [what, found, said] of changes) {
  test(`a Deployment with ${what}: ${said}`, async () => {
    const full =
      said === 'passed' ? said : said === 'unsigned' ? 'failed manifest-unsigned' : `failed manifest-changed ${said}`;
    assert.equal(await say(byKeys(one.pem), withAnnotations(found, good)), full);
  });
}

test('behind any number of pinned images, another change is found', async () => {
  const containers = Array.from({ length: 150 }, (_, at) => ({ name: `c${at}`, image }));
  const manifest = changed(pod, ['spec/containers', containers]);
  const pinned = changed(pod, [
    'spec/containers',
    containers.map((item) => ({ ...item, image: `${image}@${digest}` })),
  ]);
  const evil = changed(pinned, ['spec/containers/149/command', ['sh']]);
  assert.equal(await say(byKeys(one.pem), signedBy([one.key], pinned, manifest)), 'passed');
  assert.match(await say(byKeys(one.pem), signedBy([one.key], evil, manifest)), /spec\.containers\.149\.command\.0/);
});

test('a manifest of a namespace is for that alone', async () => {
  const manifest = changed(deployment, ['metadata/namespace', 'team']);
  const there = signedBy([one.key], stored, manifest);
  assert.equal(await say(byKeys(one.pem), there), 'passed');
  assert.equal(await say(byKeys(one.pem), changed(there, ['metadata/namespace', 'prod'])), 'failed manifest-unsigned');
});

const token = {
  name: 'kube-api-access-x7k2p',
  projected: {
    defaultMode: 420,
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { items: [{ key: 'ca.crt', path: 'ca.crt' }], name: 'kube-root-ca.crt' } },
      {
        downwardAPI: {
          items: [{ fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' }, path: 'namespace' }],
        },
      },
    ],
  },
};
const mount = { name: token.name, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' };
const tolerations = ['not-ready', 'unreachable'].map((state) => ({
  effect: 'NoExecute',
  key: `node.kubernetes.io/${state}`,
  operator: 'Exists',
  tolerationSeconds: 300,
}));
const pod: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'app' },
  spec: { containers: [{ name: 'main', image }] },
};
const admitted = changed(
  pod,
  ['spec/containers/0/volumeMounts', [mount]],
  ['spec/volumes', [token]],
  ['spec/tolerations', tolerations],
  ['spec/priority', 0],
  ['spec/preemptionPolicy', 'PreemptLowerPriority'],
  ['spec/serviceAccountName', 'default'],
  ['spec/serviceAccount', 'default'],
  ['spec/enableServiceLinks', true],
);

const pods: readonly (readonly [what: string, manifest: JsonObject, found: JsonObject, said: string])[] = [
  ['what plugins of the API server add', pod, admitted, 'passed'],
  [
    'another token',
    pod,
    changed(admitted, ['spec/volumes/0/projected/sources/0/serviceAccountToken/audience', 'vault']),
    'failed manifest-changed spec.containers.0.volumeMounts.0 spec.volumes.0',
  ],
  [
    'the token at another place',
    pod,
    changed(admitted, ['spec/containers/0/volumeMounts/0/mountPath', '/data']),
    'failed manifest-changed spec.containers.0.volumeMounts.0',
  ],
  [
    'a token that it does not want',
    changed(pod, ['spec/automountServiceAccountToken', false]),
    changed(admitted, ['spec/automountServiceAccountToken', false]),
    'failed manifest-changed spec.containers.0.volumeMounts.0 spec.volumes.0',
  ],
  [
    'another toleration',
    pod,
    changed(admitted, ['spec/tolerations/0/tolerationSeconds', 301]),
    'failed manifest-changed spec.tolerations.0',
  ],
  ['another priority', pod, changed(admitted, ['spec/priority', 1000]), 'failed manifest-changed spec.priority'],
  [
    'a name that was generated',
    changed(pod, ['metadata', { generateName: 'app-' }]),
    changed(admitted, ['metadata', { generateName: 'app-', name: 'app-x7k2p' }]),
    'passed',
  ],
  [
    'a name that was not',
    changed(pod, ['metadata', { generateName: 'app-' }]),
    changed(admitted, ['metadata', { generateName: 'app-', name: 'other' }]),
    'failed manifest-changed metadata.name',
  ],
];

for (const [what, manifest, found, said] of pods) {
  test(`a pod with ${what}: ${said}`, async () =>
    assert.equal(await say(byKeys(one.pem), signedBy([one.key], found, manifest)), said));
}

const ignoring = (fields: readonly string[], objects?: readonly object[]) => ({
  ...byKeys(one.pem),
  ignoreFields: [{ fields, ...(objects === undefined ? {} : { objects }) }],
});
const scaled = changed(deployment, ['spec/replicas', 9]);
const labelled = changed(deployment, ['metadata/labels/example.org/team', 'a'], ['metadata/labels/x', '1']);
const relabelled = { ...labelled, metadata: { name: 'app', labels: { app: 'a', 'example.org/team': 'a' } } };
const ignored: readonly (readonly [what: string, manifests: object, found: JsonObject, isIgnored: boolean])[] = [
  ['the field', ignoring(['spec.replicas']), scaled, true],
  ['the field of its kind', ignoring(['spec.replicas'], [{ kind: 'Deployment' }]), scaled, true],
  ['the field of one of two kinds', ignoring(['spec.replicas'], [{ kind: 'StatefulSet, Deploy*' }]), scaled, true],
  ['the field of another kind', ignoring(['spec.replicas'], [{ kind: 'StatefulSet' }]), scaled, false],
  ['the field of another name', ignoring(['spec.replicas'], [{ kind: 'Deployment', name: 'other' }]), scaled, false],
  ['a field of a longer name', ignoring(['spec.rep']), scaled, false],
  ['the end of its path', ignoring(['replicas']), scaled, false],
  ['what is above it', ignoring(['spec']), scaled, true],
  ['a star', ignoring(['spec.repl*']), scaled, true],
  [
    'any item of a list',
    ignoring(['metadata.finalizers.*']),
    changed(deployment, ['metadata/finalizers', ['a/b']]),
    true,
  ],
  ['a label with dots', ignoring(['metadata.labels.example.org/team']), relabelled, true],
  ['any label', ignoring(['metadata.labels.*']), relabelled, true],
  ['labels of a domain', ignoring(['metadata.labels.example.org/*']), relabelled, true],
  ['another label', ignoring(['metadata.labels.example.com/*']), relabelled, false],
  ['any image', ignoring(['spec.template.spec.containers.*.image']), pin(other), true],
  ['a star for several steps', ignoring(['spec.*.image']), pin(other), false],
  [
    'fields of a container that was added',
    ignoring(['spec.template.spec.containers.*.image', 'spec.template.spec.containers.*.name']),
    changed(deployment, ['spec/template/spec/containers/1', { name: 'more', image }]),
    false,
  ],
];

for (const [what, manifests, found, isIgnored] of ignored) {
  test(`ignoring ${what} ${isIgnored ? 'covers' : 'does not cover'} the change`, async () => {
    const { outcome } = await ask(manifests, withAnnotations(found, good));
    assert.equal(outcome, isIgnored ? 'passed' : 'failed');
  });
}

test('of several manifests the one of the object counts', async () => {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'app' }, spec: { ports: [{ port: 80 }] } };
  const annotations = annotationsOf([service, deployment, pod], [one.key]);
  for (const object of [service, deployment, pod]) {
    assert.equal(await say(byKeys(one.pem), withAnnotations(object, annotations)), 'passed');
  }
  const allocated = changed(
    service,
    ['spec/clusterIP', '10.0.0.7'],
    ['spec/clusterIPs', ['10.0.0.7']],
    ['spec/ipFamilies', ['IPv4']],
    ['spec/ipFamilyPolicy', 'SingleStack'],
    ['spec/type', 'ClusterIP'],
    ['spec/sessionAffinity', 'None'],
    ['spec/internalTrafficPolicy', 'Cluster'],
    ['spec/ports/0/targetPort', 80],
    ['spec/ports/0/protocol', 'TCP'],
  );
  assert.equal(await say(byKeys(one.pem), withAnnotations(allocated, annotations)), 'passed');
  const exposed = changed(allocated, ['spec/type', 'NodePort'], ['spec/ports/0/nodePort', 30_080]);
  assert.match(await say(byKeys(one.pem), withAnnotations(exposed, annotations)), /manifest-changed spec\.type/);
});

const archive = (path: string) => gzipSync(packTar([{ path, content: JSON.stringify(deployment) }]));
const deepYaml = Buffer.from(`${'['.repeat(5000)}${']'.repeat(5000)}`);
const aliases = Buffer.from(
  `a0: &a0 [x]\n${Array.from({ length: 30 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]`).join('\n')}\n`,
);
const messages: readonly (readonly [what: string, message: Buffer, said: string])[] = [
  ['a tar', archive('tmp/deployment.yaml'), 'passed'],
  ['a tar of other files', archive('tmp/deployment.txt'), 'failed manifest-unsigned'],
  ['half a tar', archive('a.yaml').subarray(0, 40), 'failed manifest-unsigned'],
  ['a key twice', Buffer.from('kind: A\nkind: B\n'), 'failed manifest-unsigned'],
  ['great depth', deepYaml, 'failed manifest-unsigned'],
  ['aliases of aliases', aliases, 'failed manifest-unsigned'],
  ['no UTF-8', Buffer.from([0x61, 0xff]), 'failed manifest-unsigned'],
  ['nothing', Buffer.from(''), 'failed manifest-unsigned'],
  ['no object', Buffer.from('- 1\n'), 'failed manifest-unsigned'],
  ['too much', Buffer.alloc(9 << 20, '#'), 'failed manifest-unsigned'],
  [
    'a tar with too much in it',
    gzipSync(packTar([{ path: 'a.yaml', content: '#'.repeat(17 << 20) }])),
    'failed manifest-unsigned',
  ],
];

for (const [what, message, said] of messages) {
  test(`a signed message of ${what}: ${said}`, async () => {
    assert.equal(await say(byKeys(one.pem), withAnnotations(deployment, annotationsOf(message, [one.key]))), said);
  });
}

test('whatever annotations hold is answered, and never passes', async () => {
  const names = ['message', 'signature', 'certificate', 'bundle', 'signature_1'];
  const value = fc.oneof(fc.string(), fc.base64String(), fc.constantFrom(...Object.values(good)));
  const any = fc.array(fc.tuple(fc.constantFrom(...names), value));
  await fc.assert(
    fc.asyncProperty(any, async (entries) => {
      const annotations = Object.fromEntries(entries.map(([name, text]) => [`cosign.sigstore.dev/${name}`, text]));
      const isGood = Object.entries(good).every(([name, text]) => annotations[name] === text);
      const { outcome } = await ask(byKeys(two.pem), withAnnotations(deployment, annotations));
      assert.equal(outcome, 'failed', isGood ? 'signed by another' : '');
    }),
    { numRuns: 200 },
  );
});

test('whatever an object is made of is answered, and does not pass as another', async () => {
  const paths = [
    'spec',
    'metadata/labels',
    'spec/template',
    'spec/template/spec',
    'spec/template/spec/containers',
    container,
  ];
  const anything = fc.tuple(
    fc.constantFrom(...paths, `${container}/env`, 'spec/template/spec/volumes'),
    fc.jsonValue(),
  );
  await fc.assert(
    fc.asyncProperty(anything, async ([path, value]) => {
      const { outcome } = await ask(byKeys(one.pem), withAnnotations(changed(deployment, [path, value]), good));
      assert.equal(outcome, 'failed');
    }),
    {
      numRuns: 300,
      examples: [
        [['spec/template/spec/containers', Array.from({ length: 5000 }, () => ({}))]],
        [[container, { name: 'main' }]],
      ],
    },
  );
});

test('an object that is too deep to compare is unknown', async () => {
  const deep = Array.from({ length: 200 }).reduce<unknown>((inner) => [inner], 1);
  const said = await say(byKeys(one.pem), withAnnotations(changed(deployment, ['spec/more', deep]), good));
  assert.equal(said, 'unknown policy-failed');
});

test('an object that is as it was signed passes whatever it is, and not if a value is another', async () => {
  const key = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('__proto__', 'constructor', 'a.b'));
  const data = fc.dictionary(key, fc.oneof(fc.string(), fc.integer(), fc.boolean()), {
    minKeys: 1,
    noNullPrototype: true,
  });
  await fc.assert(
    fc.asyncProperty(data, async (fields) => {
      const object = { apiVersion: 'example.org/v1', kind: 'Thing', metadata: { name: 'a' }, fields };
      const signed = signedBy([one.key], object, object);
      assert.equal(await say(byKeys(one.pem), signed), 'passed');
      const [name = ''] = Object.keys(fields);
      const more = Object.fromEntries(Object.entries(fields).map(([at, old]) => [at, at === name ? [old] : old]));
      assert.match(await say(byKeys(one.pem), { ...signed, fields: more }), /^failed manifest-changed fields\./);
    }),
    { numRuns: 100 },
  );
});

const entries = byKeys(one.pem).attestors;
const invalid: readonly (readonly [what: string, manifests: object, code: string, path: string])[] = [
  ['nobody', {}, 'policy-invalid', 'validate.manifests.attestors'],
  ['a field that is not known', { attestors: entries, more: 1 }, 'policy-invalid', 'validate.manifests.more'],
  [
    'a repository',
    { attestors: entries, repository: 'ghcr.io/a' },
    'policy-unsupported',
    'validate.manifests.repository',
  ],
  [
    'a repository of an entry',
    { attestors: [{ entries: [{ keys: { publicKeys: one.pem }, repository: 'ghcr.io/a' }] }] },
    'policy-unsupported',
    'validate.manifests.attestors.entries.repository',
  ],
  [
    'a dry run',
    { attestors: entries, dryRun: { enable: true } },
    'policy-unsupported',
    'validate.manifests.dryRun.enable',
  ],
  ['variables', { attestors: entries, annotationDomain: '{{ x }}' }, 'policy-invalid', 'validate.manifests'],
  [
    'a key of PGP',
    byKeys('-----BEGIN PGP PUBLIC KEY BLOCK-----\n'),
    'policy-unsupported',
    'validate.manifests.attestors.entries.keys.publicKeys',
  ],
  ['anyone', { attestors: [{ entries: [{ keyless: {} }] }] }, 'policy-invalid', 'validate.manifests.attestors.keyless'],
  ['a path with brackets', ignoring(['spec.containers[0].image']), 'policy-invalid', 'ignoreFields[0].fields'],
];

for (const [what, manifests, code, path] of invalid) {
  test(`manifests of ${what} are ${code}`, () => {
    assert.throws(
      () => compile(policyWith([{ validate: { manifests } }])),
      (error) => error instanceof BullaError && error.code === code && error.message.includes(path),
    );
  });
}

test('a rule about signed pods does not follow for kinds that make pods', async () => {
  const policy = compile(policyWith([{ validate: { manifests: byKeys(one.pem) } }]));
  const outcomes = await policy.decide(
    askAboutObject(deployment, 'CREATE', { username: '', groups: [] }),
    surroundings,
  );
  assert.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    ['skipped'],
  );
});

test('secrets are not shown', async () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, data: { key: 'c2VjcmV0' } };
  const object = signedBy([one.key], changed(secret, ['data/key', 'b3RoZXI=']), secret);
  const { evidence, reason } = await ask(byKeys(one.pem), object);
  assert.equal(reason.code, 'manifest-changed');
  assert.doesNotMatch(JSON.stringify(evidence), /c2VjcmV0|b3RoZXI=/);
});
