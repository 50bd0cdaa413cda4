import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { asList, asObject, type JsonObject } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { checkout, succeed } from './bulla.ts';
import { missingPeers, peer } from './peers.ts';

/** The chart of the gate. */
export const chart = join(checkout, 'deploy/helm/bulla');
/** Stands for the image of the gate. */
export const ownImage = `registry.example/bulla@sha256:${'5'.repeat(64)}`;
/** What images of the chart and of its users are held to. */
export const policy = `apiVersion: policy.bulla/v1
kind: TrustPolicy
metadata: {name: production}
spec:
  mode: enforce
  rules:
    pinned: true
    registries: {allow: [registry.example/**]}
`;
/** The reason why the chart cannot be rendered, or nothing. */
export const missingHelm = missingPeers('helm');

/** Values that people choose, each for itself and some of them together. */
export const choices: Readonly<Record<string, JsonObject>> = {
  'as little as possible': {},
  'one replica': { replicas: 1 },
  'policies and keys in files': {
    policies: { files: { 'production.yaml': policy } },
    keys: { files: { 'a.pub': 'A' } },
  },
  'policies and keys in volumes': {
    policies: { volume: { configMap: { name: 'policies' } } },
    keys: { volume: { secret: { secretName: 'keys' } } },
  },
  'policies of the cluster': { policies: { fromCluster: true } },
  'a trusted root of its own': { trust: { source: 'file', root: '{"a": "b"}\n' } },
  'nobody is believed about certificates': { trust: { source: 'none' } },
  advisories: { advisories: { volume: { persistentVolumeClaim: { claimName: 'advisories', readOnly: true } } } },
  'a claim of the default class': { memory: { size: '20Gi', claim: { storageClassName: '' } } },
  'a claim of a class': { memory: { claim: { storageClassName: 'fast' } } },
  'certificates by cert-manager': { certificates: { source: 'cert-manager' } },
  'certificates by an issuer of cert-manager': {
    certificates: { source: 'cert-manager', issuer: { kind: 'ClusterIssuer', name: 'internal' } },
  },
  'certificates in a secret': { certificates: { source: 'secret', secret: 'gate-tls' } },
  'kinds of its own': {
    webhooks: { resources: ['argoproj.io/rollouts', 'tekton.dev/tasks'] },
    imagePaths: ['Workflow=/spec/templates/*/container/image'],
  },
  registries: { registries: { credentials: 'pull', internal: ['harbor.corp:8443'], ca: '-----BEGIN\n"x": {{ y }}\n' } },
  'pull secrets of namespaces': { pullSecrets: { namespaces: ['shop', 'search'] } },
  'pull secrets of all namespaces': { pullSecrets: { namespaces: ['*'] } },
  'further rights': { rbac: { rules: [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list'] }] } },
  'places and names': {
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    tolerations: [{ key: 'control-plane', operator: 'Exists' }],
    podAnnotations: { a: 'b: c' },
    serviceAccount: { annotations: { 'cloud.example/role': 'x' } },
    imagePullSecrets: ['own'],
    environment: { HTTPS_PROXY: 'http://proxy:3128', BULLA_OFFLINE: '1' },
    cluster: 'eu: 1',
    language: 'de',
    drainPause: 0,
    priorityClassName: '',
    resources: {},
  },
  'no network policy': { networkPolicy: { enabled: false } },
  'a narrow network policy': {
    networkPolicy: { apiServers: ['10.0.0.1/32'], egressPorts: [443], metricsFrom: [{ podSelector: {} }] },
  },
  'no reports': { reports: false },
  'no metrics': { metrics: { enabled: false } },
  'metrics for the operator': { metrics: { serviceMonitor: true, alerts: true } },
  'a backstop': { backstop: { registries: ['registry.example', 'ghcr.io/team/app'], digests: true } },
  'a backstop that warns': { backstop: { digests: true, action: 'Warn' } },
  everything: {
    policies: { files: { 'production.yaml': policy } },
    keys: { files: { 'a.pub': 'A' } },
    trust: { source: 'file', root: '{}' },
    advisories: { volume: { emptyDir: {} } },
    memory: { claim: { storageClassName: 'fast' } },
    certificates: { source: 'secret', secret: 'gate-tls' },
    registries: { credentials: 'pull', ca: 'x' },
    pullSecrets: { namespaces: ['*', 'shop'] },
    backstop: { registries: ['registry.example'] },
  },
};

/** What Helm makes of the chart. */
export async function render(values: JsonObject, namespace = 'bulla'): Promise<string> {
  const file = join(newFolder('values'), 'values.json');
  writeFileSync(file, JSON.stringify({ image: ownImage, ...values }));
  const args = ['template', 'bulla', chart, '--namespace', namespace, '--kube-version', '1.34.0', '--values', file];
  return (await succeed(peer('helm'), args, { env: { HOME: newFolder('home') } })).stdout;
}

/** The objects of a text. Helm takes what YAML does not: here the same key twice is an error. */
export function objectsOf(text: string): readonly JsonObject[] {
  return parseAllDocuments(text, { uniqueKeys: true }).flatMap((document): JsonObject[] => {
    assert.deepEqual(document.errors, []);
    const object = asObject(document.toJS());
    return object === undefined ? [] : [object];
  });
}

/** What lies at a path, if anything does. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof key === 'number' ? asList(inner)[key] : asObject(inner)?.[key]),
    value,
  );
}

/** The one object of a kind. */
export function only(objects: readonly JsonObject[], kind: string): JsonObject {
  const found = objects.filter((object) => object['kind'] === kind);
  assert.equal(found.length, 1, `${kind}: ${found.length}`);
  return found[0] ?? {};
}
