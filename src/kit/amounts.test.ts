import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countOf, formatBytes, formatCount } from './amounts.ts';

test('bytes are written with three digits at most', () => {
  const table: [number, string][] = [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [9949, '9.9 kB'],
    [9950, '10 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [3.2e12, '3.2 TB'],
    [5e15, '5000 TB'],
  ];
  for (const [count, text] of table) assert.equal(formatBytes(count), text);
});

test('counts have their thousands separated, and nouns their plural', () => {
  assert.deepEqual([0, 12, 123, 1234, 1_234_567].map(formatCount), ['0', '12', '123', '1,234', '1,234,567']);
  assert.equal(countOf(1, 'file'), '1 file');
  assert.equal(countOf(0, 'file'), '0 files');
  assert.equal(countOf(1200, 'file'), '1,200 files');
});
