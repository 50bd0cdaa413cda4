import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import type { JsonObject } from '#kit/narrow.ts';
import type { Resources } from '#policy/surroundings.ts';
import { issueAuthority } from '#server/certificates/issue.ts';
import { questionAbout } from '#server/testing.ts';
import { stepsFor } from './announce-authorities.ts';
import type { ClusterClient } from './client.ts';
import { clusterResources } from './cluster-resources.ts';
import { pullCredentialsFor } from './pull-secrets.ts';

const now = Date.parse('2026-06-01T00:00:00Z');
const day = 24 * 3_600_000;
const until = (time: number) =>
  issueAuthority({ name: 'a', from: new Date(now - day), until: new Date(time) }).certificate;

test('an authority is added to those that are trusted; those that have ended go', () => {
  const [own, other, ended] = [until(now + day), until(now + 2 * day), until(now - 1000)];
  const bundle = (pem: string) => Buffer.from(pem).toString('base64');
  const configuration = (pem: string) => ({
    metadata: { resourceVersion: '7' },
    webhooks: [{ name: 'validate.policy.bulla', clientConfig: { caBundle: bundle(pem) } }],
  });
  const [version, name, change] = stepsFor(configuration(`# note\n${ended}${other}`), own, now);
  assert.deepEqual(version, { op: 'test', path: '/metadata/resourceVersion', value: '7' });
  assert.deepEqual(name, { op: 'test', path: '/webhooks/0/name', value: 'validate.policy.bulla' });
  assert.equal(change?.['value'], bundle(own + other));
  assert.deepEqual(stepsFor(configuration(own + other), own, now), []);
  const many = Array.from({ length: 40 }, (_, index) => until(now + (index + 2) * day)).join('');
  const full = Buffer.from(String(stepsFor(configuration(many), until(now + 99 * day), now)[2]?.['value']), 'base64');
  const kept = full.toString().match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  assert.equal(kept.length, 30);
  assert.equal(new X509Certificate(kept.at(-1) ?? '').validToDate.getTime(), now + 99 * day);
});

test('credentials are those that the kubelet would have, of the own namespace and the right types alone', async () => {
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
  const [modern, old] = [{ auths: { 'r.example': { auth: 'x' } } }, { 'old.example': { auth: 'y' } }];
  const objects = new Map<string, JsonObject>([
    ['ServiceAccount shop/default', { imagePullSecrets: [{ name: 'old' }, { name: 'gone' }] }],
    ['Secret shop/modern', { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': encoded(modern) } }],
    ['Secret shop/old', { type: 'kubernetes.io/dockercfg', data: { '.dockercfg': encoded(old) } }],
    ['Secret shop/other', { type: 'Opaque', data: { '.dockerconfigjson': encoded(modern) } }],
  ]);
  const asked: string[] = [];
  const resources: Resources = {
    get: ({ kind, namespace = '', name }) => {
      asked.push(`${kind} ${namespace}/${name}`);
      return Promise.resolve(objects.get(`${kind} ${namespace}/${name}`));
    },
    list: () => Promise.resolve([]),
  };
  const question = questionAbout('r.example/app');
  const spec = { containers: [], imagePullSecrets: [{ name: 'modern' }, { name: 'other' }] };
  const { request } = question;
  assert.ok(request);
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'vault' }, spec };
  const found = await pullCredentialsFor({ ...question, request: { ...request, object } }, resources);
  assert.deepEqual(
    found.texts.map((text) => JSON.parse(text) as unknown),
    [modern, { auths: old }],
  );
  assert.ok(asked.every((one) => one.includes(' shop/')));
  assert.match(found.scope, /^sha256:/);
  const refused: Resources = { ...resources, get: () => Promise.reject(new Error('forbidden')) };
  await assert.rejects(pullCredentialsFor({ ...question, request: { ...request, object } }, refused));
});

test('objects are found by their kinds; what cannot be asked is an error, and never empty', async () => {
  const paths: string[] = [];
  const answers = new Map<string, JsonObject>([
    [
      '/api/v1',
      {
        resources: [
          { name: 'pods/log', kind: 'Pod' },
          { name: 'configmaps', kind: 'ConfigMap', namespaced: true },
        ],
      },
    ],
    ['/api/v1/namespaces/a%2Fb/configmaps/c', { data: { x: '1' } }],
    ['/api/v1/configmaps?limit=500', { metadata: { continue: 'n/1' }, items: [{ metadata: { name: 'one' } }] }],
    ['/api/v1/configmaps?limit=500&continue=n%2F1', { metadata: {}, items: [{ metadata: { name: 'two' } }] }],
  ]);
  const client: ClusterClient = {
    get(path) {
      paths.push(path);
      return path.startsWith('/apis') ? Promise.reject(new Error('refused')) : Promise.resolve(answers.get(path));
    },
    create: () => Promise.resolve(undefined),
    patch: () => Promise.resolve(),
  };
  const resources = clusterResources(client, () => 0);
  const wanted = { apiVersion: 'v1', kind: 'ConfigMap' };
  assert.deepEqual(await resources.get({ ...wanted, namespace: 'a/b', name: 'c' }), { data: { x: '1' } });
  assert.equal(await resources.get({ ...wanted, namespace: 'a', name: 'none' }), undefined);
  assert.deepEqual(
    (await resources.list(wanted)).map((one) => [one['kind'], one['metadata']]),
    [
      ['ConfigMap', { name: 'one' }],
      ['ConfigMap', { name: 'two' }],
    ],
  );
  assert.equal(paths.filter((path) => path === '/api/v1').length, 1);
  const unavailable = { code: 'resource-unavailable' };
  await assert.rejects(resources.list({ apiVersion: 'apps/v1', kind: 'Deployment' }), unavailable);
});
