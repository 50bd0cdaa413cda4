import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isReleaseOf, isSameRef, tagIn } from './ref.ts';

const releases: readonly (readonly [tag: string, wanted: string, is: boolean])[] = [
  ['v1.2.3', 'v1.2.3', true],
  ['v1.2.3', 'v1.2', true],
  ['v1.2.3', 'v1', true],
  ['1.2.3', '1.2', true],
  ['v1.2.3+build.7', 'v1.2.3', true],
  ['v1.2.3-rc.1', 'v1.2.3-rc.1', true],
  ['v1.2.3', 'v1.3', false],
  ['v1.2.3', 'v2', false],
  ['v1.20.3', 'v1.2', false],
  ['v1.2.3', '1.2.3', false],
  ['1.2.3', 'v1', false],
  // A pre-release is not what somebody means who names less.
  ['v1.2.3-rc.1', 'v1.2', false],
  ['v1.2.3-rc.1', 'v1.2.3', false],
  ['v1.2.3', 'v1.2.3-rc.1', false],
  // A tag that is not a whole version may move.
  ['v1', 'v1', false],
  ['v1.2', 'v1.2', false],
  ['latest', 'v1', false],
  ['v1.2.3', 'latest', false],
  ['v1.2.3.4', 'v1', false],
  ['', 'v1', false],
];

test('a tag is a release of as much of a version as is written', () => {
  for (const [tag, wanted, is] of releases) assert.equal(isReleaseOf(tag, wanted), is, `${tag} ${wanted}`);
});

test('every release is one of itself, of its minor and of its major version', () => {
  const number = fc.nat({ max: 999 });
  fc.assert(
    fc.property(number, number, number, (major, minor, patch) => {
      const tag = `v${major}.${minor}.${patch}`;
      for (const wanted of [tag, `v${major}.${minor}`, `v${major}`]) assert.ok(isReleaseOf(tag, wanted));
      assert.ok(!isReleaseOf(tag, `v${major + 1}`));
    }),
  );
});

test('a short ref is a branch or a tag, a full one only itself', () => {
  assert.ok(isSameRef('main', 'refs/heads/main'));
  assert.ok(isSameRef('v1', 'refs/tags/v1'));
  assert.ok(!isSameRef('refs/heads/v1', 'refs/tags/v1'));
  assert.ok(!isSameRef('in', 'refs/heads/main'));
});

test('a tag is below refs/tags', () => {
  assert.equal(tagIn('refs/tags/v1'), 'v1');
  assert.equal(tagIn('refs/heads/v1'), undefined);
});
