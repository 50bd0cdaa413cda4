import { test } from 'node:test';
import fc from 'fast-check';
import { pub } from './pub.ts';
import { assertAscending, assertOrdered, assertTotalOrder, assertUnreadable } from './testing.ts';

test('pub orders pre-releases and builds', () => {
  assertAscending(pub, [
    '1.0.0--1',
    '1.0.0-0',
    '1.0.0-1',
    '1.0.0-1.0',
    '1.0.0-10',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.1+1',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0-rc.1+build.1',
    '1.0.0',
    '1.0.0+0.3.7',
    '1.0.0+1',
    '1.0.0+1.0',
    '1.0.0+9',
    '1.0.0+10',
    '1.0.0+A',
    '1.0.0+a',
    '1.0.0+a.1',
    '1.0.0+a1',
    '1.0.1',
    '1.10.0',
  ]);
});

test("pub takes for a number what Dart's int.tryParse does", () => {
  assertOrdered(pub, [
    ['01.02.03-04+05', '=', '1.2.3-4+5'],
    ['1.0.0-0x10', '=', '1.0.0-16'],
    ['1.0.0--0x10', '=', '1.0.0--16'],
    ['1.0.0-0xFFFFFFFFFFFFFFFF', '=', '1.0.0--1'],
    ['1.0.0--0', '=', '1.0.0-0'],
    ['1.0.0-0xg', '>', '1.0.0-99'],
    ['1.0.0-9223372036854775807', '<', '1.0.0-9223372036854775808'],
    ['1.0.0-9223372036854775808', '>', '1.0.0-10000000000000000000'],
    ['1.0.0+20230101120000', '>', '1.0.0+20230101110000'],
    ['9223372036854775807.0.0', '>', '9223372036854775806.0.0'],
  ]);
});

test('pub refuses what pub refuses', () => {
  assertUnreadable(
    pub,
    ['', ' ', ' 1.2.3', '1.2.3\n'],
    'v1.2.3 1 1.2 1.2.3.4 1.2.3- 1.2.3+ 1.2.3-a..b 1.2.3+a+b 1.2.3-ä 9223372036854775808.0.0 ^1.2.3 1.2.x',
  );
});

test('pub versions are totally ordered', () => {
  const identifier = '([0-2]|-1|-|10|a|A|1a|0x1|9999999999999999999)';
  assertTotalOrder(
    pub,
    fc.stringMatching(new RegExp(`^[01]\\.0\\.[01](-${identifier}(\\.${identifier})?)?(\\+${identifier})?$`)),
  );
});
