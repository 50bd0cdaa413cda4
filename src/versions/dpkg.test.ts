import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { dpkg } from './dpkg.ts';
import { assertOrdered, assertTotalOrder, assertUnreadable } from './testing.ts';

test('dpkg orders as deb-version(7) says', () => {
  assertOrdered(dpkg, [
    ['1.0~rc1-1', '<', '1.0-1'],
    ['1.0-1', '<', '1.0-1+deb12u1'],
    ['1.0-1', '<', '1:0.1-1'],
    ['1.0', '=', '1.0-0'],
    ['0:1.0-1', '=', '1.0-1'],
    ['1.09', '=', '1.9'],
    ['1.0a', '>', '1.0'],
    ['1.0+dfsg-1', '>', '1.0-1'],
    ['1.0.a', '<', '1.0.+'],
    ['2.36-9+deb12u4', '<', '2.36-9+deb12u10'],
    ['1.2-3-4', '>', '1.2-3'],
  ]);
});

test('dpkg refuses what dpkg refuses', () => {
  assertUnreadable(dpkg, ['', ' ', '1.0 2', 'a:1.0', ':1', '-1', '1.0-', '2147483648:1']);
});

test('dpkg versions are totally ordered', () => {
  assertTotalOrder(dpkg, versionText);
});

test('dpkg agrees with dpkg --compare-versions', (t) => {
  if (spawnSync('dpkg', ['--version']).status !== 0) return t.skip('dpkg is not installed');
  fc.assert(
    fc.property(versionText, versionText, (a, b) => {
      const [left, right] = [dpkg.parse(a), dpkg.parse(b)];
      if (left === undefined || right === undefined) return;
      const order = Math.sign(dpkg.compare(left, right));
      const relation = order < 0 ? 'lt' : order > 0 ? 'gt' : 'eq';
      assert.equal(spawnSync('dpkg', ['--compare-versions', a, relation, b]).status, 0, `${a} ${relation} ${b}`);
    }),
    { numRuns: 300 },
  );
});

const versionText = fc
  .tuple(
    fc.option(fc.nat(3)),
    fc.stringMatching(/^[0-9][0-9a.+~]{0,6}$/),
    fc.option(fc.stringMatching(/^[0-9a.+~]{1,4}$/)),
  )
  .map(
    ([epoch, upstream, revision]) =>
      `${epoch === null ? '' : `${epoch}:`}${upstream}${revision === null ? '' : `-${revision}`}`,
  );
