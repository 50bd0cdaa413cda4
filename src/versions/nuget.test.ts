import { test } from 'node:test';
import fc from 'fast-check';
import { nuget } from './nuget.ts';
import { assertAscending, assertOrdered, assertTotalOrder, assertUnreadable } from './testing.ts';

test('nuget orders numbers and pre-releases', () => {
  assertAscending(nuget, [
    '0.9.9.1',
    '1.0.0-0',
    '1.0.0-9',
    '1.0.0-10',
    '1.0.0-BETA',
    '1.0.0-beta.1',
    '1.0.0-beta.10',
    '1.0.0-beta.x',
    '1.0.0-beta10',
    '1.0.0-beta2',
    '1.0.0-rc',
    '1.0.0',
    '1.0.0.1-alpha',
    '1.0.0.1',
    '1.0.1',
    '1.10',
  ]);
});

test('nuget normalises', () => {
  assertOrdered(nuget, [
    ['1', '=', '1.0.0.0'],
    ['1.0', '=', '1.0.0'],
    ['01.002.3', '=', '1.2.3'],
    ['1.0.0-Beta.X', '=', '1.0.0-bETA.x'],
    ['1.0.0+a', '=', '1.0.0+b.c-d'],
    ['1.0-a+b', '=', '1.0.0-A'],
    [' 1.0.0 ', '=', '1.0.0'],
    ['1 . 0. 1', '=', '1.0.1'],
    ['2147483647.0', '>', '2147483646.0'],
  ]);
});

test('nuget keeps numeric labels in 32 bits', () => {
  assertOrdered(nuget, [
    ['1.0.0-beta.2147483647', '<', '1.0.0-beta.2147483648'],
    // Time stamps are text, and text comes after numbers.
    ['1.0.0-beta.20230101120000', '<', '1.0.0-beta.9999999999'],
    ['1.0.0-beta.20230101120000', '>', '1.0.0-beta.3'],
    ['1.0.0--5', '<', '1.0.0--4'],
    ['1.0.0--5', '<', '1.0.0-0'],
    ['1.0.0--5', '=', '1.0.0--05'],
    ['1.0.0--', '>', '1.0.0-0'],
  ]);
});

test('nuget refuses what NuGetVersion refuses', () => {
  assertUnreadable(
    nuget,
    ['', ' ', '1 2'],
    'v1.0 1. .1 1..2 1.2.3.4.5 1.a -1.0 1.0- 1.0+ 1.0-a+ 1.0-+b 1.0-a..b 1.0-01 1.0-a.00 1.0-ä 1.0+a+b ' +
      '1.0-a_b 2147483648.0 1.0.0.20230101120000 [1.0]',
  );
});

test('nuget versions are totally ordered', () => {
  const label = '([0-2]|-1|10|a|A|1a|9999999999)';
  assertTotalOrder(nuget, fc.stringMatching(new RegExp(`^[01](\\.[01]){0,3}(-${label}(\\.${label})?)?(\\+a)?$`)));
});
