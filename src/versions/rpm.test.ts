import { test } from 'node:test';
import fc from 'fast-check';
import { rpm } from './rpm.ts';
import {
  assertAgreesWith,
  assertAscending,
  assertOrdered,
  assertTotalOrder,
  assertUnreadable,
  commandOracle,
} from './testing.ts';

test('rpm orders what may stand at one place', () => {
  assertAscending(rpm, [
    '1.0~',
    '1.0~rc1',
    '1.0~rc1^git1',
    '1.0',
    '1.0^',
    '1.0^git1',
    '1.0a',
    '1.0aa',
    '1.0.1',
    '1.0.2',
  ]);
});

test('rpm compares segments', () => {
  assertOrdered(rpm, [
    ['1.0010', '=', '1.10'],
    ['10.1xyz', '>', '10xyz'],
    ['xyz.4', '<', '8'],
    ['2_0', '=', '2.0'],
    ['1.0.', '=', '1.0'],
    ['a+', '=', 'a_'],
    ['1.1.α', '=', '1.1.β'],
    ['1.0B', '<', '1.0a'],
    ['5.5p10', '>', '5.5p2'],
    ['6.0.rc1', '>', '6.0'],
    ['1.0^git1~pre', '<', '1.0^git1'],
    ['1.0^20160101^git1', '<', '1.0^20160102'],
    ['99999999999999999999', '>', '9999999999999999999'],
  ]);
});

test('rpm compares epochs and releases', () => {
  assertOrdered(rpm, [
    ['0:1-1', '=', '1-1'],
    [':1', '=', '1'],
    ['1:1', '>', '9999'],
    ['013:5', '>', '4:5'],
    ['a:1', '<', '1:1'],
    ['1', '<', '1-0'],
    ['1', '<', '1-'],
    ['1-1', '<', '1-2'],
    ['1.2-3', '>', '1.2'],
    ['1-1-2', '>', '1-9'],
    ['3.10.0-229.el7', '<', '3.10.0-229.1.2.ael7b'],
    ['1.8.0-1.module+el8.4.0+1', '<', '1.8.0-1.module+el8.5.0+1'],
  ]);
});

test('rpm refuses white space', () => {
  assertUnreadable(rpm, ['', ' ', '1 0', '1.0\n', '\t1.0']);
});

test('rpm versions are totally ordered', () => {
  assertTotalOrder(rpm, versionText);
});

test('rpm agrees with rpm', (t) => {
  const script = `
    for line in io.lines() do
      local a, b = line:match("([^\\t]*)\\t(.*)")
      local ok, order = pcall(rpm.vercmp, a, b)
      print(not ok and "?\\n" or order < 0 and "<\\n" or order > 0 and ">\\n" or "=\\n")
    end`;
  assertAgreesWith(t, commandOracle('rpm', 'rpm', '--eval', `%{lua:${script}}`), rpm, versionText);
});

const versionText = fc.stringMatching(/^([0-2]?:)?[0-2ab.~^_-]{0,7}(-[0-2a.~]{0,3})?$/);
