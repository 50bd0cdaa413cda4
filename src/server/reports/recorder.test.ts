import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '#kit/narrow.ts';
import type { Decision } from '#gates/admission/validate.ts';
import { askAbout } from '#policy/question.ts';
import type { RuleOutcome } from '#policy/outcome.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import { verdictOf } from '#policy/verdict.ts';
import { serverError } from '#server/errors.ts';
import type { ClusterClient } from '#server/kubernetes/client.ts';
import { recorder } from './recorder.ts';

/** A cluster in memory, that can refuse. */
function fakeCluster() {
  const objects = new Map<string, JsonObject>();
  const events: JsonObject[] = [];
  const cluster = { objects, events, refuses: false };
  const client: ClusterClient = {
    get: (path) => Promise.resolve(objects.get(path)),
    create(path, body) {
      if (cluster.refuses) return Promise.reject(serverError('cluster-refused', 'no'));
      if (path.endsWith('/events')) events.push(body);
      else objects.set(`${path}/bulla-admission`, { ...body, metadata: { resourceVersion: '1' } });
      return Promise.resolve(body);
    },
    patch(path, steps) {
      if (cluster.refuses) return Promise.reject(serverError('cluster-refused', 'no'));
      const changed = Object.fromEntries(steps.slice(1).map(({ path: at, value }) => [String(at).slice(1), value]));
      objects.set(path, { ...objects.get(path), ...changed });
      return Promise.resolve();
    },
  };
  return { cluster, client };
}

function decisionOf(name: string, outcomes: readonly Partial<RuleOutcome>[], rest: object = {}): Decision {
  const question = askAbout(
    {
      uid: '1',
      operation: 'CREATE',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      subResource: '',
      name,
      namespace: 'shop',
      user: { username: 'someone', groups: [] },
      object: {},
      dryRun: false,
      raw: {},
      ...rest,
    },
    { gate: 'admission', namespace: 'shop' },
  );
  const whole = outcomes.map((outcome): RuleOutcome => ({
    policy: 'p',
    rule: 'signatures',
    image: { written: 'registry.example/app:1' },
    outcome: 'passed',
    mode: 'enforce',
    reason: reasonOf('passed'),
    evidence: [],
    ...outcome,
  }));
  return { id: name, question, verdict: verdictOf(whole) };
}

const unsigned = { outcome: 'failed', reason: reasonOf('unsigned', { image: 'registry.example/app:1' }) } as const;
const path = '/apis/wgpolicyk8s.io/v1alpha2/namespaces/shop/policyreports/bulla-admission';

function setUp() {
  const { cluster, client } = fakeCluster();
  const lines: object[] = [];
  const record = recorder(client, { clock: { now: () => Date.UTC(2026, 0, 15) }, log: (entry) => lines.push(entry) });
  return { cluster, record, lines };
}

test('what is let in is in the report of its namespace, the newest result of each rule', async () => {
  const { cluster, record } = setUp();
  record.record(decisionOf('web', [{}, { ...unsigned, mode: 'audit', rule: 'sbom' }]));
  await record.flush();
  assert.deepEqual(cluster.objects.get(path)?.['summary'], { pass: 1, fail: 1, warn: 0, error: 0, skip: 0 });
  record.record(decisionOf('web', [{}, { rule: 'sbom' }]));
  record.record(decisionOf('other', [{ ...unsigned, mode: 'warn' }]));
  await record.flush();
  assert.deepEqual(cluster.objects.get(path)?.['summary'], { pass: 2, fail: 0, warn: 1, error: 0, skip: 0 });
  assert.deepEqual(cluster.events, []);
});

test('what is denied is an event with what mends it, however often it is tried', async () => {
  const { cluster, record } = setUp();
  for (let times = 0; times < 5; times++) record.record(decisionOf('web', [unsigned]));
  await record.flush();
  const [event, ...more] = cluster.events;
  assert.deepEqual([event?.['reason'], event?.['type'], more.length], ['ImageDenied', 'Warning', 0]);
  assert.match(String(event?.['message']), /Nobody has signed .* Try: bulla sign .* \(verdict web\)/);
  assert.equal(cluster.objects.size, 0);
});

test('a dry run leaves nothing behind', async () => {
  const { cluster, record } = setUp();
  record.record(decisionOf('web', [unsigned], { dryRun: true }));
  record.record(decisionOf('web', [{}], { dryRun: true }));
  await record.flush();
  assert.deepEqual([cluster.events.length, cluster.objects.size], [0, 0]);
});

test('what cannot be written is said, and written with what comes next', async () => {
  const { cluster, record, lines } = setUp();
  cluster.refuses = true;
  record.record(decisionOf('web', [{}]));
  await record.flush();
  assert.equal(lines.length, 1);
  cluster.refuses = false;
  await record.flush();
  assert.deepEqual(cluster.objects.get(path)?.['summary'], { pass: 1, fail: 0, warn: 0, error: 0, skip: 0 });
});

test('a storm of decisions is bounded, and what is left out is said', async () => {
  const { cluster, record, lines } = setUp();
  for (let index = 0; index < 5000; index++) record.record(decisionOf(`web-${index}`, [unsigned]));
  await record.flush();
  assert.equal(cluster.events.length, 50);
  assert.deepEqual(lines, [
    { level: 'warning', event: 'not-recorded', what: '4950 decisions', problem: 'there were too many' },
  ]);
});
