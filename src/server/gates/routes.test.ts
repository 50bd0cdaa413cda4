import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeOf, onlyDigests, someDigest } from '#gates/testing.ts';
import { parseJson } from '#kit/narrow.ts';
import type { Route } from '#server/http/route.ts';
import type { LogEntry } from '#server/log.ts';
import { clusterGateRoutes, dockerRoutes } from './routes.ts';

const [good, bad] = [someDigest('good'), someDigest('bad')];
const image = (digest: string) => `registry.example/app:1@${digest}`;
const entries: LogEntry[] = [];
const options = {
  judge: judgeOf([onlyDigests(new Set([good]))]),
  cluster: 'c',
  log: (entry: LogEntry) => void entries.push(entry),
};

async function post(routes: readonly Route[], path: string, body: object): Promise<unknown> {
  const route = routes.find((one) => one.method === 'POST' && one.path === path);
  const reply = await route?.handle({ query: new URLSearchParams(), body: Buffer.from(JSON.stringify(body)) });
  assert.equal(reply?.status, 200);
  return parseJson(reply.body);
}

test('an API server asks, and the log says which bytes', async () => {
  const review = (digest: string) => ({
    apiVersion: 'imagepolicy.k8s.io/v1alpha1',
    kind: 'ImageReview',
    spec: { containers: [{ image: image(digest) }], namespace: 'team' },
  });
  const routes = clusterGateRoutes(options);
  assert.deepEqual(await post(routes, '/image-policy', review(good)), {
    apiVersion: 'imagepolicy.k8s.io/v1alpha1',
    kind: 'ImageReview',
    status: { allowed: true },
  });
  await post(routes, '/image-policy', review(bad));
  const told = entries.map(({ level, event, verdict, outcomes }) => [level, event, verdict, JSON.stringify(outcomes)]);
  assert.deepEqual(
    told.map(([level, event, verdict]) => [level, event, verdict]),
    [
      ['info', 'image-policy', 'allow'],
      ['warning', 'image-policy', 'deny'],
    ],
  );
  assert.match(told[1]?.[3] as string, new RegExp(bad));
});

test('Gatekeeper asks for both', async () => {
  const request = {
    apiVersion: 'externaldata.gatekeeper.sh/v1beta1',
    kind: 'ProviderRequest',
    request: { keys: [image(good)] },
  };
  const answer = (value: unknown) => ({
    apiVersion: 'externaldata.gatekeeper.sh/v1beta1',
    kind: 'ProviderResponse',
    response: { idempotent: true, items: [{ key: image(good), value }] },
  });
  const routes = clusterGateRoutes(options);
  assert.deepEqual(await post(routes, '/gatekeeper/validate', request), answer({ verdict: 'allow', digest: good }));
  assert.deepEqual(await post(routes, '/gatekeeper/mutate', request), answer(image(good)));
});

test('the Docker engine asks about calls, and not about answers', async () => {
  const routes = dockerRoutes(options);
  assert.deepEqual(await post(routes, '/Plugin.Activate', {}), { Implements: ['authz'] });
  const call = { RequestMethod: 'POST', RequestUri: '/v1.47/build' };
  assert.deepEqual(await post(routes, '/AuthZPlugin.AuthZReq', call), {
    Allow: false,
    Msg: 'nobody can see here what comes by build',
  });
  assert.deepEqual(await post(routes, '/AuthZPlugin.AuthZRes', call), { Allow: true });
  const building = dockerRoutes({ ...options, lets: new Set(['build'] as const) });
  assert.deepEqual(await post(building, '/AuthZPlugin.AuthZReq', call), { Allow: true });
});
