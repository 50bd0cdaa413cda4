import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identifyPackages } from './package-ids.ts';
import { packageOf, packages } from './testing.ts';

test('every package has an id, also the same one at another place', () => {
  const { all, of } = identifyPackages(packages);
  assert.equal(new Set(all).size, packages.length);
  for (const [index, pkg] of packages.entries()) assert.equal(of({ ...pkg }), all[index]);
});

test('an id does not depend on the other packages', () => {
  for (const pkg of packages) assert.deepEqual(identifyPackages([pkg]).all, [identifyPackages(packages).of(pkg)]);
  const stranger = packageOf('npm', 'other', '1.0.0');
  assert.deepEqual(identifyPackages([stranger]).all, [identifyPackages(packages).of(stranger)]);
});

test('even what a list has twice is told apart', () => {
  const [first] = packages;
  assert.ok(first);
  const { all } = identifyPackages([first, first, first]);
  assert.equal(new Set(all).size, 3);
});
