import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { firstSeen } from './first-sights.ts';

const folder = () => newFolder('sights');
const monday = new Date('2026-11-16T00:00:00Z');
const friday = new Date('2026-11-20T00:00:00Z');

test('what is new is seen now, and stays so', async () => {
  const cache = folder();
  assert.deepEqual(await firstSeen(cache, ['a'], monday), new Map([['a', monday]]));
  const later = await firstSeen(cache, ['b', 'a'], friday);
  assert.deepEqual([later.get('a'), later.get('b')], [monday, friday]);
});

test('where nothing can be remembered, nothing is answered: a deadline that starts anew each time is none', async () => {
  const file = join(folder(), 'file');
  writeFileSync(file, '');
  assert.deepEqual(await firstSeen(join(file, 'cache'), ['a'], monday), new Map());
});

test('a damaged file is as if it was not there', async () => {
  const cache = folder();
  writeFileSync(join(cache, 'first-sights.json'), '{"a": 1, "__proto__": {"b": "2020-01-01"}');
  assert.deepEqual(
    await firstSeen(cache, ['a', 'b'], monday),
    new Map([
      ['a', monday],
      ['b', monday],
    ]),
  );
});
