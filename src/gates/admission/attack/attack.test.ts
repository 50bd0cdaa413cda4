import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { asObject, parseJson } from '#kit/narrow.ts';
import type { Policy } from '#policy/policy.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import { patchBetween } from '#gates/admission/patch.ts';
import { answerReview } from '#gates/admission/review.ts';
import { judgeOf, onlyDigests, someDigest, type Tags } from '#gates/testing.ts';
import { applyPatch } from './apply-patch.ts';
import { attack } from './attack.ts';
import { ways } from './index.ts';
import type { Target } from './target.ts';

const [good, bad] = [someDigest('good'), someDigest('bad')];
const goodImage = `registry.example/team/app@${good}`;
const badImage = `registry.example/team/app@${bad}`;

/** A policy that looks at digests, and lets images come from one repository alone. */
function closedPolicy(): Policy {
  const digests = onlyDigests(new Set([good]));
  return {
    ...digests,
    async decide(question, surroundings) {
      const outcomes = await digests.decide(question, surroundings);
      const elsewhere = question.images.filter(({ image }) => !/^registry\.example\/team\/app[:@]/i.test(image));
      const mode = 'enforce';
      const rule = { policy: 'only-known', rule: 'registries', mode, outcome: 'failed', evidence: [] } as const;
      return [
        ...outcomes,
        ...elsewhere.map(({ image }) => ({
          ...rule,
          image: { written: image },
          reason: reasonOf('registry-not-allowed'),
        })),
      ];
    },
  };
}

function targetOf(policies: readonly Policy[], change: Partial<Target> = {}): Target {
  const tags: Tags = new Map();
  const gate = { judge: judgeOf(policies, tags), imagePaths: [] };
  return {
    async send(webhook, review, timeout) {
      const { status, body } = await answerReview(webhook, Buffer.from(review), gate, `${timeout ?? 10}s`);
      const response = asObject(asObject(parseJson(JSON.stringify(body)))?.['response']);
      if (status !== 200 || response === undefined) return { kind: 'error', problem: `status ${status}` };
      return { kind: 'answer', response };
    },
    good: goodImage,
    bad: badImage,
    movable: {
      reference: 'registry.example/team/app:latest',
      moveTo: (image) => {
        tags.set('registry.example/team/app:latest', image === goodImage ? good : bad);
        return Promise.resolve();
      },
    },
    bait: { hosts: ['127.0.0.1:1'], connections: () => 0 },
    endless: { host: 'registry.endless', sent: () => ({ answers: 2, most: 4 << 20 }) },
    tenant: { may: () => Promise.resolve(false) },
    samples: new Map(ways.map(({ name }) => [name, `registry.example/team/app:${name}@${bad}`])),
    ...change,
  };
}

test('every file is a way, and the ways are numbered as the list is', () => {
  const files = globSync('ways/*.ts', { cwd: import.meta.dirname }).map((path) => basename(path, '.ts'));
  assert.deepEqual(ways.map(({ name }) => name).toSorted(), files.toSorted());
  assert.deepEqual(
    ways.map(({ number }) => number),
    Array.from({ length: 30 }, (_, index) => index + 1),
  );
});

test('docs/ways-around.md says of each way how it is closed, and names a test that there is', () => {
  const root = join(import.meta.dirname, '../../../..');
  const page = readFileSync(join(root, 'docs/ways-around.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (\d+) \| `([\w-]+)` \| .+ \| `([^`]+)` \|$/gm)];
  assert.deepEqual(
    rows.map(([, number, name]) => [Number(number), name]),
    ways.map(({ number, name }) => [number, name]),
  );
  assert.deepEqual(
    rows.flatMap(([, , , path = '']) => (existsSync(join(root, path)) ? [] : [path])),
    [],
  );
});

/** What can only be seen on a node. */
const elsewhere = ['static-pod'];

test('our gate closes every way that can be tried at a webhook', async () => {
  const tried = await attack(targetOf([closedPolicy()]));
  assert.deepEqual(
    tried.filter(({ state }) => state === 'open'),
    [],
  );
  assert.deepEqual(
    tried.filter(({ state }) => state === 'untested').map(({ name }) => name),
    elsewhere,
  );
});

/** Gates with one hole each, and the way that finds it. */
const holes: readonly (readonly [way: string, lets: (review: string) => boolean])[] = [
  ['image-volume', (review) => review.includes('"volumes"')],
  ['ephemeral-container', (review) => review.includes('ephemeralcontainers')],
  ['pod-update', (review) => review.includes('"UPDATE"') && !review.includes('subResource')],
  ['forged-annotation', (review) => review.includes('kyverno.io/verify-images')],
  ['namespace-label', (review) => review.includes('unlabelled')],
  ['exempt-place', (review) => review.includes('kube-system')],
  ['unlisted-kind', (review) => review.includes('ReplicationController')],
  ['subresource', (review) => review.includes('"replicas":0')],
  ['being-deleted', (review) => review.includes('deletionTimestamp')],
  ['other-version', (review) => review.includes('v1beta1')],
  ['forged-owner', (review) => review.includes('ownerReferences')],
  ['name-that-starts-alike', (review) => review.includes('app-evil')],
  ['inner-address', (review) => review.includes('169.254')],
  ['time-runs-out', (review) => review.includes('192.0.2.1')],
  ['key-twice', (review) => review.includes('"Image"')],
  ['certificate-without-name', (review) => review.includes(':certificate-without-name@')],
];

test('a hole is found by its way', async () => {
  for (const [name, lets] of holes) {
    const whole = targetOf([closedPolicy()]);
    const tried = await attack({
      ...whole,
      send: (webhook, review, timeout) =>
        lets(review)
          ? Promise.resolve({ kind: 'answer', response: { allowed: true } })
          : whole.send(webhook, review, timeout),
    });
    assert.equal(tried.find((one) => one.name === name)?.state, 'open', name);
  }
});

test('a gate that remembers tags is found, and one that does not pin', async () => {
  const whole = targetOf([closedPolicy()]);
  const remembered = new Map<string, ReturnType<Target['send']>>();
  const caching: Target['send'] = (webhook, review) => {
    const answer = remembered.get(webhook + review) ?? whole.send(webhook, review);
    remembered.set(webhook + review, answer);
    return answer;
  };
  const asTag = { kind: 'answer', response: { allowed: true } } as const;
  const first = await attack({
    ...whole,
    // It judges the tag once, and pins nothing.
    send: (webhook, review) => (review.includes(':latest"') ? Promise.resolve(asTag) : caching(webhook, review)),
  });
  const found = first.filter(({ state }) => state === 'open').map(({ name }) => name);
  assert.deepEqual(found, ['tag-moved-later', 'tag-moved-between', 'preloaded-image']);
});

test('a gate that reads without end is found, and a tenant who may too much', async () => {
  const tried = await attack(
    targetOf([closedPolicy()], {
      endless: { host: 'registry.endless', sent: () => ({ answers: 2, most: 256 << 20 }) },
      tenant: { may: (verb, resource) => Promise.resolve(resource.endsWith('.kyverno.io') && verb !== 'delete') },
    }),
  );
  const state = (way: string) => tried.find(({ name }) => name === way);
  assert.equal(state('oversized-answer')?.state, 'open');
  assert.equal(state('exception')?.state, 'untested');
  assert.match(state('edited-configuration')?.why ?? '', /^a tenant may update clusterpolicies\.kyverno\.io/);
  assert.doesNotMatch(state('edited-configuration')?.why ?? '', / delete |webhook/);
});

test('what a way needs and nobody has named is untested', async () => {
  const { movable: _movable, bait: _bait, endless: _endless, tenant: _tenant, ...rest } = targetOf([closedPolicy()]);
  const tried = await attack({ ...rest, samples: new Map() });
  const untested = tried.filter(({ state }) => state === 'untested').map(({ number }) => number);
  assert.deepEqual(untested, [1, 2, 16, 17, 18, 19, 21, 22, 23, 24, 25, 26, 30]);
});

test('a gate that lets in all, or nothing, proves nothing', async () => {
  const always = (allowed: boolean): Target =>
    targetOf([], { send: () => Promise.resolve({ kind: 'answer', response: { allowed } }) });
  for (const allowed of [true, false]) await assert.rejects(attack(always(allowed)), { code: 'gate-unusable' });
});

test('a gate that does not answer is told from one that denies', async () => {
  const silent = targetOf([], { send: () => Promise.resolve({ kind: 'error', problem: 'connect ECONNREFUSED' }) });
  await assert.rejects(attack(silent), { code: 'gate-unusable', message: /does not answer.*ECONNREFUSED/ });
  const denial = { allowed: false, status: { message: 'nobody has signed it' } };
  const denying = targetOf([], { send: () => Promise.resolve({ kind: 'answer', response: denial }) });
  await assert.rejects(attack(denying), { code: 'gate-unusable', message: /does not let in .*: nobody has signed it/ });
});

test('patches are applied as API servers do', () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }));
  fc.assert(
    fc.property(object, object, (before, after) => {
      const [from, to] = [
        asObject(parseJson(JSON.stringify(before))) ?? {},
        asObject(parseJson(JSON.stringify(after))) ?? {},
      ];
      assert.deepEqual({ ...applyPatch(from, patchBetween(from, to)) }, { ...to });
    }),
  );
  const list = { a: [1, 2] };
  const add = (path: string) => applyPatch(list, [{ op: 'add', path, value: 0 }]);
  assert.deepEqual(
    [add('/a/0'), add('/a/-'), add('/a/3'), add('/b/c')],
    [{ a: [0, 1, 2] }, { a: [1, 2, 0] }, undefined, undefined],
  );
  assert.deepEqual(applyPatch(list, [{ op: 'remove', path: '/a/0' }]), { a: [2] });
  for (const step of [
    { op: 'test', path: '/a/0', value: 2 },
    { op: 'move', path: '/a', from: '/b' },
    { op: 'replace', path: '/x', value: 1 },
    null,
  ]) {
    assert.equal(applyPatch(list, [step]), undefined);
  }
});
