import { test } from 'node:test';
import fc from 'fast-check';
import { pep440 } from './pep440.ts';
import {
  assertAgreesWith,
  assertAscending,
  assertOrdered,
  assertTotalOrder,
  assertUnreadable,
  commandOracle,
} from './testing.ts';

test('pep440 orders as the specification says', () => {
  assertAscending(pep440, [
    '1.dev0',
    '1.0.dev456',
    '1.0a1.dev1',
    '1.0a1',
    '1.0a1.post1.dev1',
    '1.0a1.post1',
    '1.0a2.dev456',
    '1.0a12',
    '1.0b1.dev456',
    '1.0b2',
    '1.0b2.post345.dev456',
    '1.0b2.post345',
    '1.0rc1',
    '1.0',
    '1.0+abc.5',
    '1.0+abc.7',
    '1.0+5',
    '1.0+5.0',
    '1.0.post456.dev34',
    '1.0.post456',
    '1.1.dev1',
    '1!0.1',
  ]);
});

test('pep440 normalises', () => {
  assertOrdered(pep440, [
    ['1.0', '=', '1'],
    ['1.0.0', '=', '1.0'],
    ['0', '=', '0.0'],
    ['v1.0', '=', '1.0'],
    [' 1.0\n', '=', '1.0'],
    ['0!1', '=', '1'],
    ['01.02', '=', '1.2'],
    ['1.1ALPHA1', '=', '1.1a1'],
    ['1.1-beta_2', '=', '1.1b2'],
    ['1.1.preview.3', '=', '1.1rc3'],
    ['1.1c3', '=', '1.1rc3'],
    ['1.1pre3', '=', '1.1rc3'],
    ['1.1a', '=', '1.1a0'],
    ['1.0a-', '=', '1.0a0'],
    ['1.0-1', '=', '1.0.post1'],
    ['1.0r4', '=', '1.0.post4'],
    ['1.0-rev', '=', '1.0.post0'],
    ['1.0dev', '=', '1.0.dev0'],
    ['1.0+ubuntu-1', '=', '1.0+UBUNTU.1'],
    ['1.0+ubuntu_01', '=', '1.0+ubuntu.1'],
  ]);
});

test('pep440 compares long numbers', () => {
  assertOrdered(pep440, [
    ['20230101123456789012', '>', '20230101123456789011'],
    ['1.0.dev14569587727', '<', '1.0.dev14569587728'],
  ]);
});

test('pep440 refuses what packaging refuses', () => {
  assertUnreadable(
    pep440,
    ['', ' ', '1.0 a1'],
    'latest 1.0-final 1.0.x 1.0_ 1..0 1.0. .1 1.0+ 1.0+a..b 1.0+a! 1.0b1b2 1! !1 1.0.post1.post2 1.0-NA ' +
      '2013-01-21T20:33:09+0100 0.1-bulbasaur 1.0dev1.post1',
  );
});

test('pep440 versions are totally ordered', () => {
  assertTotalOrder(pep440, versionText);
});

test('pep440 agrees with packaging', (t) => {
  const script = `
import sys
from packaging.version import InvalidVersion, Version
for line in sys.stdin:
    a, b = line.rstrip("\\n").split("\\t")
    try:
        a, b = Version(a), Version(b)
        print("<" if a < b else ">" if a > b else "=")
    except InvalidVersion:
        print("?")
`;
  assertAgreesWith(t, commandOracle('packaging of Python', 'python3', '-c', script), pep440, versionText);
});

const versionText = fc.stringMatching(
  /^v?(1!)?[01](\.[01]){0,2}([._-]?(a|beta|RC|pre|c)[._-]?[0-2]?)?(-1|[._-]?(post|r)[._-]?[01]?)?([.-]?dev[01]?)?(\+[a1](\.[01a]{1,2})?)?$/,
);
