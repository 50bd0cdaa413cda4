import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operators } from './operators.ts';

const cases: readonly (readonly [key: unknown, operator: string, value: unknown, holds: boolean])[] = [
  ['a', 'Equals', 'a', true],
  ['abc', 'Equals', 'a*', true],
  ['a*', 'Equals', 'abc', false],
  [1, 'Equals', '1', true],
  ['1Gi', 'Equals', '1024Mi', true],
  ['1h', 'Equals', 3600, true],
  [true, 'Equals', 'true', false],
  [null, 'Equals', null, false],
  [null, 'NotEquals', 'a', false],
  [[1, { a: 2 }], 'Equals', [1, { a: 2 }], true],
  ['a', 'NotEquals', 'b', true],
  [1, 'NotEquals', 'x', true],
  ['a', 'AnyIn', ['b', 'a'], true],
  [['x', 'a'], 'AnyIn', ['a'], true],
  [['x', 'a'], 'AllIn', ['a', 'x', 'y'], true],
  [['x', 'a'], 'AllIn', ['a'], false],
  [[], 'AllIn', ['a'], true],
  [[], 'AnyIn', ['a'], false],
  [['x', 'a'], 'AnyNotIn', ['a'], true],
  [['a'], 'AnyNotIn', ['a'], false],
  [['x', 'y'], 'AllNotIn', ['a'], true],
  [['x', 'a'], 'AllNotIn', ['a'], false],
  ['docker.io/nginx', 'AnyIn', ['docker.io/*'], true],
  [['*'], 'AnyIn', ['anything'], true],
  [5, 'AnyIn', '1-10', true],
  [[5, 15], 'AnyNotIn', '1-10', true],
  [[5, 15], 'AllIn', '1-10', false],
  ['a', 'AnyIn', '["a", "b"]', true],
  [{ a: 1 }, 'AnyIn', ['a'], false],
  [{ a: 1 }, 'AnyNotIn', ['a'], false],
  ['a', 'In', ['a'], true],
  [1.5, 'AnyIn', ['1.5'], true],
  [5, 'AnyNotIn', '0', false],
  ['a', 'NotIn', 'b', false],
  [['x'], 'AnyNotIn', '1-5', false],
  [[], 'AllIn', 0, false],
  ['3600', 'LessThanOrEquals', '1h', true],
  [['a', 'c'], 'NotIn', ['a', 'b'], true],
  [2, 'GreaterThan', 1, true],
  ['2', 'GreaterThan', '10', false],
  ['2Gi', 'GreaterThan', '1000Mi', true],
  ['1.10.0', 'GreaterThan', '1.9.0', true],
  ['2h', 'LessThanOrEquals', '168h', true],
  [3600, 'GreaterThanOrEquals', '1h', true],
  ['x', 'GreaterThan', 1, false],
  ['x', 'LessThan', 1, false],
  [null, 'LessThanOrEquals', 1, false],
  ['1h', 'DurationGreaterThan', 1800, true],
  ['1h', 'DurationLessThanOrEquals', '59m', false],
];

for (const [key, operator, value, holds] of cases) {
  test(`${JSON.stringify(key)} ${operator} ${JSON.stringify(value)} is ${holds}`, () => {
    assert.equal(operators.get(operator.toLowerCase())?.(key, value), holds);
  });
}
