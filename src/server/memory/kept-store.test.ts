import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collect } from '#kit/bytes.ts';
import { imageError } from '#image/errors.ts';
import { mediaTypes } from '#image/manifest.ts';
import { parseReference } from '#image/reference.ts';
import { fakeClock, fakeImages } from '#server/testing.ts';
import { keptStore } from './kept-store.ts';
import { openMemory } from './memory.ts';

function setUp() {
  const [images, clock, memory] = [fakeImages(), fakeClock(), openMemory()];
  const digest = images.add('app', true);
  images.tags.set('app:1', digest);
  const silent = new Map<string, number>();
  const open = (name: string) => {
    const reference = parseReference(name);
    return keptStore(images.open(reference), reference, { memory, silent, now: clock.now, after: clock.after });
  };
  return { images, clock, digest, pinned: `r.example/app@${digest}`, open };
}

test('content is fetched once, and what a digest means is asked once', async () => {
  const { images, open, pinned } = setUp();
  const root = await open(pinned).root();
  const bytes = await collect(open(pinned).open(root), 10_000);
  images.isDown = true;
  assert.deepEqual(await open(pinned).root(), root);
  assert.deepEqual(await collect(open(pinned).open(root), 10_000), bytes);
  assert.deepEqual(images.asked, [`root ${root.digest}`, `open ${mediaTypes.ociManifest}`]);
});

test('what the tag of an image means is always asked', async () => {
  const { images, open, digest } = setUp();
  assert.equal((await open('r.example/app:1').root()).digest, digest);
  const moved = images.add('moved', false);
  images.tags.set('app:1', moved);
  assert.equal((await open('r.example/app:1').root()).digest, moved);
  images.isDown = true;
  await assert.rejects(open('r.example/app:1').root(), { code: 'registry-unreachable' });
});

test('lists are asked for each time, and remembered for when nobody answers', async () => {
  const { images, clock, open, pinned, digest } = setUp();
  const ask = () => Promise.all([open(pinned).referrers?.(digest), open(pinned).tagged?.('sha256-x.sig')]);
  images.isDown = true;
  await assert.rejects(ask(), { code: 'registry-unreachable' }, 'nothing is known yet');
  images.isDown = false;
  assert.deepEqual(await ask(), [[], undefined]);
  const signature = { mediaType: mediaTypes.ociManifest, digest, size: 1, annotations: {}, artifactType: 'sig' };
  images.referrers.set(digest, [signature]);
  images.tags.set('sha256-x.sig', digest);
  const [referrers, tagged] = await ask();
  assert.deepEqual([referrers, tagged?.digest], [[signature], digest]);
  images.isDown = true;
  assert.deepEqual((await ask())[0], [signature]);
  // One that was silent is left alone for a while, and asked again then.
  const asked = images.asked.length;
  await ask();
  assert.equal(images.asked.length, asked);
  clock.pass(16_000);
  images.isDown = false;
  images.referrers.set(digest, []);
  assert.deepEqual((await ask())[0], []);
});

test('one that takes too long is not waited for where an older answer is kept', async () => {
  const { images, clock, open, pinned, digest } = setUp();
  const ask = () => open(pinned).referrers?.(digest);
  await ask();
  let answer = () => {};
  images.before = () => new Promise((resolve) => (answer = resolve));
  const waiting = ask();
  await Promise.resolve();
  clock.pass(1500);
  assert.deepEqual(await waiting, []);
  answer();
});

test('what a registry refuses is no outage', async () => {
  const { images, open, pinned, digest } = setUp();
  await open(pinned).referrers?.(digest);
  images.before = () => Promise.reject(imageError('registry-denied', 'no'));
  await assert.rejects(Promise.resolve(open(pinned).referrers?.(digest)), { code: 'registry-denied' });
});
