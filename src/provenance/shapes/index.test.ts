import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { buildEnvironments } from '#provenance/write/index.ts';
import { shapes } from './index.ts';
import { shapeNames } from './shape.ts';

const noShapes: readonly string[] = ['index.ts', 'index.test.ts', 'shape.ts', 'source.ts'];

test('every shape has its file and its place in the list', () => {
  const files = readdirSync(import.meta.dirname).filter((file) => !noShapes.includes(file));
  const names = shapes.map(({ name }) => name);
  assert.deepEqual(files.map((file) => file.replace(/\.ts$/, '')).toSorted(), names.toSorted());
  assert.deepEqual(names, shapeNames);
});

test('the last of each list holds any', () => {
  assert.equal(shapes.at(-1)?.name, 'generic');
  assert.equal(buildEnvironments.at(-1)?.isHere({}), true);
});
