import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDigest } from '#kit/digest.ts';
import { parseReference } from '#image/reference.ts';
import { openMemory } from '#server/memory/memory.ts';
import { fakeClock, fakeImages, questionAbout, worldOf } from '#server/testing.ts';
import { evidencePool } from './evidence-pool.ts';

test('evidence is shared while it is fresh, by who may see the same; what was refused is looked at anew', async () => {
  const [images, clock] = [fakeImages(), fakeClock()];
  const digest = images.add('app', true);
  const access = await worldOf(images, openMemory(), clock).accessFor(questionAbout());
  const pool = evidencePool(clock.now);
  const get = (name = 'r.example/app', scope = '') =>
    pool.get({ ...parseReference(name), digest, tag: undefined }, { ...access, scope });
  const first = get();
  assert.equal(get(), first);
  assert.equal(get('r.example/app:1'), first, 'a tag beside the digest is another image');
  assert.notEqual(get('r.example/other'), first);
  assert.notEqual(get('r.example/app', 'somebody else'), first);
  pool.doubt(parseDigest(`sha256:${'0'.repeat(64)}`) ?? digest);
  clock.pass(10_000);
  assert.equal(get(), first);
  pool.doubt(digest);
  const second = get();
  assert.notEqual(second, first);
  pool.doubt(digest);
  assert.equal(get(), second, 'asked again at once');
  clock.pass(10_000);
  const third = get();
  assert.notEqual(third, second);
  clock.pass(5 * 60_000);
  assert.notEqual(get(), third);
});

test('a failure is not kept', async () => {
  const [images, clock] = [fakeImages(), fakeClock()];
  const digest = images.add('app', true);
  const access = await worldOf(images, openMemory(), clock).accessFor(questionAbout());
  const pool = evidencePool(clock.now);
  const get = () => pool.get({ ...parseReference('r.example/app'), digest, tag: undefined }, access);
  images.isDown = true;
  await assert.rejects(get().describe());
  images.isDown = false;
  assert.equal((await get().describe()).manifest.kind, 'manifest');
});
