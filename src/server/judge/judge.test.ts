import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import type { Policy } from '#policy/policy.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import { fakeClock, fakeImages, onlyGood, questionAbout, worldOf } from '#server/testing.ts';
import { openMemory, type Memory } from '#server/memory/memory.ts';
import { createJudge } from './create-judge.ts';

const plenty = { budget: 9500 };

function setUp(policy: Policy = onlyGood(), memory: Memory = openMemory()) {
  const [images, clock] = [fakeImages(), fakeClock()];
  const good = `r.example/app@${images.add('good', true)}`;
  const bad = `r.example/app@${images.add('bad', false)}`;
  const state = { id: 'policies-1', watermark: 'feeds-1' };
  const judgeWith = (kept: Memory, asked = images) =>
    createJudge({
      policies: () => ({ id: state.id, policies: [policy] }),
      world: worldOf(asked, kept, clock, () => state.watermark),
      memory: kept,
      clock,
    });
  let judge = judgeWith(memory);
  const decide = async (...names: readonly string[]) =>
    (await judge.open(questionAbout(...names), plenty).decide()).verdict;
  const restart = () => (judge = judgeWith(memory));
  return { images, clock, good, bad, state, decide, restart, judge: () => judge };
}

test('eight containers of one image, and many questions at once, are one look', async () => {
  const { images, good, decide } = setUp();
  const verdicts = await Promise.all(
    Array.from({ length: 20 }, () => decide(...Array.from({ length: 8 }, () => good))),
  );
  assert.deepEqual(new Set(verdicts), new Set(['allow']));
  assert.equal(images.asked.filter((question) => question.startsWith('root')).length, 1);
});

test('a known digest keeps its verdict while nobody answers, also after a restart', async () => {
  const { images, clock, good, bad, decide, restart } = setUp();
  assert.deepEqual([await decide(good), await decide(bad)], ['allow', 'deny']);
  images.isDown = true;
  const unknown = `r.example/app@${images.add('unknown', true)}`;
  for (const wait of [0, 60_000, 30 * 60_000, 30 * 24 * 3_600_000]) {
    clock.pass(wait);
    restart();
    assert.deepEqual([await decide(good), await decide(bad), await decide(unknown)], ['allow', 'deny', 'unknown']);
  }
  images.isDown = false;
  assert.equal(await decide(unknown), 'allow', 'a failure to ask was remembered');
});

test('what has become unknown by itself, such as a scan that is too old, is not what it was before', async () => {
  let isOld = false;
  const policy: Policy = {
    ...onlyGood(),
    decide: () =>
      Promise.resolve([
        {
          policy: 'fresh',
          rule: 'vulnerabilities',
          outcome: isOld ? 'unknown' : 'passed',
          mode: 'enforce',
          reason: reasonOf(isOld ? 'scan-too-old' : 'passed'),
          evidence: [],
        },
      ]),
  };
  const { good, clock, decide } = setUp(policy);
  assert.equal(await decide(good), 'allow');
  isOld = true;
  clock.pass(24 * 3_600_000);
  assert.equal(await decide(good), 'unknown');
});

test('a verdict holds for its policies, advisories and trust alone', async () => {
  const { images, good, decide, state, restart } = setUp();
  let looks = 0;
  const counting = setUp(onlyGood('enforce', () => looks++));
  await counting.decide(counting.good);
  await counting.decide(counting.good);
  assert.equal(looks, 1);
  counting.state.watermark = 'feeds-2';
  await counting.decide(counting.good);
  assert.equal(looks, 2);
  counting.state.id = 'policies-2';
  await counting.decide(counting.good);
  assert.equal(looks, 3);
  // The evidence of a known digest is at hand, so that also a new policy can decide while nobody answers.
  await decide(good);
  images.isDown = true;
  state.id = 'policies-2';
  restart();
  assert.equal(await decide(good), 'allow');
});

test('what is refused is asked again soon, what passed later', async () => {
  let looks = 0;
  const { good, bad, decide, clock } = setUp(onlyGood('enforce', () => looks++));
  const looksAfter = async (name: string, wait: number) => {
    clock.pass(wait);
    const before = looks;
    await decide(name);
    return looks - before;
  };
  await decide(bad);
  assert.deepEqual([await looksAfter(bad, 1000), await looksAfter(bad, 15_000)], [0, 1]);
  await decide(good);
  assert.deepEqual([await looksAfter(good, 60_000), await looksAfter(good, 10 * 60_000)], [0, 1]);
  assert.equal(await looksAfter(good, -3_600_000), 1, 'a clock that was set back');
});

test('a policy that looks at the object is asked each time, and nobody gets the answer of somebody else', async () => {
  const names: unknown[] = [];
  const { good, decide } = setUp(onlyGood('enforce', ({ request }) => names.push(request?.user.username)));
  await Promise.all([decide(good), decide(good), decide(good)]);
  await decide(good);
  assert.equal(names.length, 4);
});

test('an answer about one image, place or container says nothing of another', async () => {
  let looks = 0;
  const { good, bad, judge } = setUp(onlyGood('enforce', () => looks++));
  const ask = (question: ReturnType<typeof questionAbout>) => judge().open(question, plenty).decide();
  const question = questionAbout(good);
  const elsewhere = { ...question, place: { ...question.place, namespace: 'other' } };
  const [image] = question.images;
  assert.ok(image);
  const asVolume = { ...question, images: [{ ...image, list: 'volumes' as const }] };
  for (const one of [question, elsewhere, asVolume, questionAbout(good, good), questionAbout(bad)]) await ask(one);
  assert.equal(looks, 5);
});

test('what is not found out in time is unknown, in time', async () => {
  const { images, clock, good, judge } = setUp();
  images.before = () => new Promise(() => {});
  const deciding = judge().open(questionAbout(good), { budget: 1000 }).decide();
  for (let step = 0; step < 20; step++) await Promise.resolve();
  clock.pass(750);
  const { verdict, outcomes } = await deciding;
  assert.deepEqual([verdict, outcomes[0]?.reason.code], ['unknown', 'evidence-unavailable']);
  const stuck = setUp({ ...onlyGood(), decide: () => new Promise(() => {}) });
  const waiting = stuck.judge().open(questionAbout(stuck.good), { budget: 1000 }).decide();
  for (let step = 0; step < 20; step++) await Promise.resolve();
  stuck.clock.pass(1000);
  assert.deepEqual((await waiting).outcomes[0]?.reason.code, 'policy-failed');
});

test('verdicts are on disk', async () => {
  const folder = newFolder('judge');
  const first = openMemory(folder);
  let looks = 0;
  const before = setUp(
    onlyGood('enforce', () => looks++),
    first,
  );
  await before.decide(before.good);
  first.close();
  const second = openMemory(folder);
  const after = setUp(
    onlyGood('enforce', () => looks++),
    second,
  );
  after.images.isDown = true;
  assert.equal(await after.decide(after.good), 'allow');
  assert.equal(looks, 1);
  second.close();
});
