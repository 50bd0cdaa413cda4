import { test } from 'node:test';
import fc from 'fast-check';
import { hackage } from './hackage.ts';
import { assertAscending, assertOrdered, assertTotalOrder, assertUnreadable } from './testing.ts';

test('hackage orders lists of numbers', () => {
  assertAscending(hackage, [
    '0',
    '0.1',
    '0.1.0',
    '0.1.0.0',
    '0.1.26',
    '0.9',
    '0.10',
    '0.20110401',
    '1',
    '1.0',
    '1.0.0',
  ]);
  assertOrdered(hackage, [
    ['1.02', '=', '1.2'],
    ['1.99999999999999999999', '>', '1.99999999999999999998'],
  ]);
});

test('hackage does not count tags', () => {
  assertOrdered(hackage, [
    ['1.0-beta', '=', '1.0'],
    ['1.0-a-2', '=', '1.0-b'],
    ['1.0-rc1', '<', '1.0.0'],
  ]);
});

test('hackage refuses what Data.Version refuses', () => {
  assertUnreadable(hackage, ['', ' ', '1.0 '], 'v1 1. .1 1..2 1.a 1.0- 1.0--a 1.0-a.b 1.0+1 -1 1_0');
});

test('hackage versions are totally ordered', () => {
  assertTotalOrder(hackage, fc.stringMatching(/^([0-2]|10)(\.[0-2]){0,3}(-a)?$/));
});
