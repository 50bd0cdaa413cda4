import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { asList, asObject, parseJson, type JsonObject } from '#kit/narrow.ts';
import { podOf, reviewOf } from '#gates/admission/attack/reviews.ts';
import { checkout } from './bulla.ts';
import { missingCluster, optionsOf, startCluster, until, type Cluster } from './cluster.ts';
import { startGate, type RunningGate } from './gate.ts';

/** As much of the PolicyReport resource as an API server needs to keep reports. */
const reportResource = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: 'policyreports.wgpolicyk8s.io',
    annotations: { 'api-approved.kubernetes.io': 'unapproved, a definition of tests' },
  },
  spec: {
    group: 'wgpolicyk8s.io',
    names: { kind: 'PolicyReport', plural: 'policyreports' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1alpha2',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

const image = (host: string) => `${host}/team/app@sha256:${'a'.repeat(64)}`;

describe('policies that are objects of a cluster', { skip: missingCluster ?? false }, () => {
  let cluster: Cluster;
  let gate: RunningGate | undefined;

  const apply = async (object: unknown) => {
    const { code, stderr } = await cluster.kubectl(['apply', '-f', '-'], object);
    assert.equal(code, 0, stderr);
  };
  const policy = (...allow: readonly string[]) => ({
    apiVersion: 'policy.bulla/v1',
    kind: 'TrustPolicy',
    metadata: { name: 'registries' },
    spec: { mode: 'enforce', rules: { registries: { allow } } },
  });
  const isAllowed = async (host: string): Promise<boolean> => {
    const object: JsonObject = { ...podOf([image(host)]), metadata: { name: 'web', namespace: 'default' } };
    const review = reviewOf({ object, namespace: 'default', name: 'web' });
    return (await gate?.ask('validate', review))?.['allowed'] === true;
  };
  const list = async (...what: readonly string[]) => {
    const { code, stdout, stderr } = await cluster.kubectl(['get', ...what, '-n', 'default', '-o', 'json']);
    assert.equal(code, 0, stderr);
    return asList(asObject(parseJson(stdout))?.['items']).map((item) => asObject(item));
  };

  before(async () => {
    cluster = await startCluster();
    await cluster.kubectl(['apply', '-f', join(checkout, 'deploy/crds')]);
    await apply(reportResource);
    await until(
      async () => (await cluster.kubectl(['get', 'trustpolicies,trustexceptions,policyreports', '-A'])).code === 0,
    );
    await apply(policy('registry.example/**'));
    gate = await startGate([
      '--reports',
      '--cluster-policies=policy.bulla/v1/TrustPolicy',
      '--cluster-policies=policy.bulla/v1/TrustException',
      ...optionsOf({
        'trusted-root': 'none',
        'cluster-api': cluster.url,
        'cluster-credentials': cluster.credentials,
      }),
    ]);
  });
  after(async () => {
    await gate?.stop();
    await cluster?.stop();
  });

  test('they decide, and so does what they are changed to', async () => {
    assert.deepEqual([await isAllowed('registry.example'), await isAllowed('other.example')], [true, false]);
    await apply(policy('other.example/**'));
    await until(() => isAllowed('other.example'));
    assert.equal(await isAllowed('registry.example'), false);
  });

  test('one that is not understood changes nothing, and is said', async () => {
    await apply({
      ...policy('other.example/**'),
      metadata: { name: 'wrong' },
      spec: { mode: 'enforce', rules: { pined: true } },
    });
    await until(async () => gate?.log().some(({ event }) => event === 'policies-refused') === true);
    assert.deepEqual([await isAllowed('registry.example'), await isAllowed('other.example')], [false, true]);
    await cluster.kubectl(['delete', 'trustpolicy', 'wrong']);
  });

  test('what was let in is in the report of its namespace, and what was not is an event', async () => {
    await gate?.stop();
    const [report] = await list('policyreports');
    assert.deepEqual(asObject(report?.['summary'])?.['pass'], 2);
    const events = await list('events');
    assert.ok(events.some((event) => event?.['reason'] === 'ImageDenied'));
    assert.match(String(events[0]?.['message']), /are not allowed here/);
  });
});
