import { test } from 'node:test';
import fc from 'fast-check';
import { gem } from './gem.ts';
import {
  assertAgreesWith,
  assertAscending,
  assertOrdered,
  assertTotalOrder,
  assertUnreadable,
  commandOracle,
} from './testing.ts';

test('gem orders pre-releases', () => {
  assertAscending(gem, [
    '1.0.0.A',
    '1.0.0.a',
    '1.0.0.a.1',
    '1.0.0.beta1',
    '1.0.0.beta2',
    '1.0.0.beta10',
    '1.0.0-1',
    '1.0.0.rc1',
    '1.0.0',
    '1.0.1.pre',
    '1.0.1',
    '1.10',
  ]);
});

test('gem drops trailing zeros', () => {
  assertOrdered(gem, [
    ['1', '=', '1.0.0'],
    ['0', '=', '0.0'],
    ['1.0.a', '=', '1.a'],
    ['1.0.0.beta.0', '=', '1.beta'],
    ['1.a.0.1', '>', '1.a'],
    ['1.a.0.b', '<', '1.a'],
    ['1.0.1', '>', '1'],
    ['1.0.1.a', '>', '1'],
  ]);
});

test('gem reads hyphens, case and space', () => {
  assertOrdered(gem, [
    ['1.0.0-rc1', '=', '1.0.0.pre.rc1'],
    ['1.0-1', '=', '1.0.pre.1'],
    ['1.11.0-java', '<', '1.11.0'],
    ['1.beta1', '=', '1.beta.1'],
    [' 1.0 \n', '=', '1'],
    ['01.02', '=', '1.2'],
    ['1.20230101123456789012', '>', '1.20230101123456789011'],
  ]);
});

test('gem refuses what Gem::Version refuses', () => {
  assertUnreadable(gem, ['', ' ', '1.0 1', '>= 1'], 'a v1 1a 1..2 1. .1 1.0- 1.0+1 1.0_1 1.é 1,0');
});

test('gem versions are totally ordered', () => {
  assertTotalOrder(gem, versionText);
});

test('gem agrees with Gem::Version', (t) => {
  const script = `
    STDIN.each_line(chomp: true) do |line|
      a, b = line.split("\\t", -1)
      readable = Gem::Version.correct?(a) && Gem::Version.correct?(b)
      puts readable ? ["=", ">", "<"][Gem::Version.new(a) <=> Gem::Version.new(b)] : "?"
    end`;
  assertAgreesWith(t, commandOracle('ruby', 'ruby', '-e', script), gem, versionText);
});

const versionText = fc.stringMatching(/^[01](\.([0-2]|a|b|A|rc1|1a|0)){0,4}(-[01a-]{0,2}(\.[0a])?)?$/);
