import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSelective, labelsOf, selects, type LabelSelector } from './label-selector.ts';

const labels = labelsOf({ metadata: { labels: { app: 'web', tier: 'front' } } });
const expression = (key: string, operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist', values?: string[]) => ({
  matchExpressions: [{ key, operator, values }],
});

const cases: readonly [selector: LabelSelector, selected: boolean][] = [
  [{}, true],
  [{ matchLabels: { app: 'web' } }, true],
  [{ matchLabels: { app: 'web', tier: 'back' } }, false],
  [{ matchLabels: { toString: 'web' } }, false],
  [expression('app', 'In', ['web', 'api']), true],
  [expression('app', 'In', ['api']), false],
  [expression('none', 'In', ['api']), false],
  [expression('app', 'NotIn', ['web']), false],
  [expression('none', 'NotIn', ['web']), true],
  [expression('app', 'Exists'), true],
  [expression('none', 'Exists'), false],
  [expression('app', 'DoesNotExist'), false],
  [expression('none', 'DoesNotExist'), true],
  [{ matchLabels: { app: 'web' }, ...expression('tier', 'In', ['back']) }, false],
];

test('labels are as a selector says, or not', () => {
  for (const [selector, selected] of cases) assert.equal(selects(selector, labels), selected, JSON.stringify(selector));
});

test('a selector that says nothing selects everything, and so is none', () => {
  const written: readonly (LabelSelector | undefined)[] = [
    {},
    { matchLabels: {} },
    { matchLabels: { a: 'b' } },
    undefined,
  ];
  assert.deepEqual(
    written.map((one) => isSelective(one)),
    [false, false, true, false],
  );
  assert.equal(labelsOf(undefined).size, 0);
});
