import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterPolicies } from './cluster-policies.ts';

const kinds = [
  { apiVersion: 'policy.bulla/v1', kind: 'TrustPolicy' },
  { apiVersion: 'policy.bulla/v1', kind: 'TrustException' },
];

test('policies are the same whatever the API server writes about them, and in which order it lists them', async () => {
  const policy = (name: string, resourceVersion: string) => ({
    metadata: { name, resourceVersion, uid: resourceVersion, managedFields: [{}] },
    spec: { mode: 'audit' },
    status: { seen: resourceVersion },
  });
  const listed = (names: readonly string[], version: string) => ({
    list: ({ kind }: { readonly kind: string }) =>
      Promise.resolve(kind === 'TrustPolicy' ? names.map((name) => policy(name, version)) : []),
  });
  const first = await clusterPolicies(listed(['b', 'a'], '1'), kinds);
  const second = await clusterPolicies(listed(['a', 'b'], '2'), kinds);
  assert.deepEqual(first, second);
  assert.deepEqual(first[0], {
    origin: 'policy.bulla/v1/TrustPolicy/a',
    body: { apiVersion: 'policy.bulla/v1', kind: 'TrustPolicy', metadata: { name: 'a' }, spec: { mode: 'audit' } },
  });
});

test('an exception keeps its namespace, which decides whether it counts', async () => {
  const resources = {
    list: ({ kind }: { readonly kind: string }) =>
      Promise.resolve(kind === 'TrustException' ? [{ metadata: { name: 'e', namespace: 'security' }, spec: {} }] : []),
  };
  const [exception] = await clusterPolicies(resources, kinds);
  assert.deepEqual(exception?.body['metadata'], { name: 'e', namespace: 'security' });
  assert.equal(exception?.origin, 'policy.bulla/v1/TrustException/security/e');
});
