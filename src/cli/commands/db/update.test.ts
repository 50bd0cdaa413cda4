import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runWords } from '#cli/testing.ts';

for (const feed of ['osv', 'alpine-secdb']) {
  test(`db update ${feed} names no part of it`, async () => {
    const { code, stdout, stderr } = await runWords(['db', 'update', 'npm', feed], { BULLA_DATABASE: '/none' });
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(
      stderr,
      new RegExp(`error\\[usage\\]: ${feed} has parts, and none is named\\n {2}try {2}name ecosystems`),
    );
  });
}
