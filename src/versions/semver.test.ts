import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { semver } from './semver.ts';
import {
  assertAgreesWith,
  assertAscending,
  assertOrdered,
  assertTotalOrder,
  assertUnreadable,
  type Oracle,
} from './testing.ts';

test('semver orders as clause 11 says', () => {
  assertAscending(semver, [
    '0.0.0-0',
    '0.0.0',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.1',
    '1.9.0',
    '1.10.0',
    '2.0.0',
  ]);
});

test('semver compares identifiers', () => {
  assertOrdered(semver, [
    ['1.0.0-9', '<', '1.0.0-10'],
    ['1.0.0-9', '<', '1.0.0-a'],
    ['1.0.0-99999999999999999998', '<', '1.0.0-99999999999999999999'],
    ['1.0.0-A', '<', '1.0.0-a'],
    ['1.0.0--', '<', '1.0.0-0a'],
    ['1.0.0-a', '<', '1.0.0-a-b'],
    ['1.0.0-rc10', '<', '1.0.0-rc2'],
    ['9007199254740993.0.0', '>', '9007199254740992.0.0'],
    ['1.0.0+a', '=', '1.0.0+b'],
    ['1.0.0-a+1', '=', '1.0.0-a'],
  ]);
});

test('semver reads what npm and OSV write', () => {
  assertOrdered(semver, [
    ['v1.2.3', '=', '1.2.3'],
    [' =v 1.2.3 ', '=', '1.2.3'],
    ['2018.08.18', '=', '2018.8.18'],
    ['1.2.3-01', '=', '1.2.3-1'],
    ['3.10.0pr1', '<', '3.10.0'],
    ['3.10.0pr1', '=', '3.10.0-pr1'],
    ['0', '=', '0.0.0'],
    ['0', '>', '0.0.0-0'],
    ['1.10', '=', '1.10.0'],
  ]);
});

test('semver refuses what is no such version', () => {
  assertUnreadable(
    semver,
    ['', ' ', '1.2.3 4'],
    'latest x.1.2 1.x 1.2.x 1.2.3.4 1.2.34.5 1.2.3- 1.2.3+ 1.2.3-a..b 1.2.3-ä 1.2.3+a+b 1.2-beta ' +
      '2022-03-10 ^1.2.3 1..2 .1.2.3 -1.2.3 nightly.2026-03-10.0',
  );
});

test('semver versions are totally ordered', () => {
  assertTotalOrder(semver, versionText);
});

test('semver agrees with npm', (t) => {
  assertAgreesWith(t, npmOracle, semver, versionText);
});

const versionText = fc.stringMatching(
  /^[v=]?([0-2]|10)\.[0-2]\.0?[0-2](-[01ab-]{1,3}|-[1a](\.[01ab]{1,2}){1,2}|rc[1-3])?(\+[ab])?$/,
);

/** The parser that npm carries with it. */
const npmOracle: Oracle = (pairs) => {
  const npm = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'npm'))
    .find(existsSync);
  if (npm === undefined) return { missing: 'npm is not installed' };
  // The parsed edge: these two functions are documented.
  const { parse, compare } = createRequire(realpathSync(npm))('semver') as {
    parse: (text: string, options: { loose: boolean }) => object | null;
    compare: (a: object, b: object) => -1 | 0 | 1;
  };
  return pairs.map((pair) => {
    const [a, b] = pair.map((text) => parse(text, { loose: true }));
    return !a || !b ? '?' : (['<', '=', '>'][compare(a, b) + 1] ?? '');
  });
};
