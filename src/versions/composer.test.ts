import { test } from 'node:test';
import fc from 'fast-check';
import { composer } from './composer.ts';
import {
  assertAgreesWith,
  assertAscending,
  assertOrdered,
  assertTotalOrder,
  assertUnreadable,
  commandOracle,
} from './testing.ts';

test('composer orders stabilities', () => {
  assertAscending(composer, [
    'dev-main',
    '1.0-dev',
    '1.0-alpha',
    '1.0-alpha1',
    '1.0-a2',
    '1.0-alpha10',
    '1.0-beta',
    '1.0b1',
    '1.0-RC1',
    '1.0',
    '1.0-p',
    '1.0-patch1',
    '1.0.0-pl2',
    '1.0.0.1',
    '1.0.1',
    '1.9',
    '1.10',
    '1.10.x-dev',
    '1.x-dev',
    '2',
  ]);
});

test('composer normalises', () => {
  assertOrdered(composer, [
    ['v1.2.3', '=', '1.2.3.0'],
    ['V1', '=', '1.0'],
    ['1.0.0-rc.1', '=', '1.0RC1'],
    ['1.0_beta-1.2', '=', '1.0.0-beta1.2'],
    ['1.0.', '=', '1.0-'],
    ['1.0-stable', '=', '1.0'],
    ['1.0stable-dev', '=', '1.0'],
    ['3.28.63+230628', '=', '3.28.63'],
    ['1.0@dev', '=', '1.0'],
    ['1.0-beta@stable', '=', '1.0-b'],
    ['dev-main as 1.0', '=', 'dev-main'],
    ['1.0 as 2.0', '=', '1.0'],
    ['master', '=', 'dev-master'],
    ['DEV-Main', '=', 'dev-Main'],
    ['1.x-dev', '=', '1.X.*-dev'],
    [' 1.0 ', '=', '1.0'],
    ['01.02', '=', '1.2'],
  ]);
});

test('composer reads dates and long numbers', () => {
  assertOrdered(composer, [
    ['20100102', '<', '20100103'],
    ['2010-01-02', '=', '2010:01:02'],
    ['2010-01-02', '<', '2010.01.02'],
    ['2010-01-02', '<', '2010-01-02-p1'],
    ['20100102-203040', '<', '20100102-203041'],
    ['20100102', '>', '2010.01.02'],
    ['1.0.9223372036854775806', '<', '1.0.9223372036854775807'],
    ['1.0.9223372036854775807', '=', '1.0.9223372036854775809'],
  ]);
});

test('composer orders branches', () => {
  assertOrdered(composer, [
    ['dev-main', '<', '0.0.1-dev'],
    ['dev-a', '<', 'dev-b'],
    ['dev-main', '=', 'dev-main'],
    ['1.x-dev', '>', '1.99999.1'],
    ['1.x-dev', '<', '2.0-dev'],
    ['1.0-alpha1-dev', '>', '1.0-alpha-dev'],
    ['1.0-alpha1-dev', '<', '1.0-alpha1'],
    ['1.0-STABLE', '<', '1.0-dev'],
  ]);
});

test('composer refuses what VersionParser refuses', () => {
  assertUnreadable(
    composer,
    ['', ' ', '1.0 foo'],
    'v foo 1.x 1.* 1.0.0.0.0 1..0 1.0-foo 1.0-alpha.beta 1.0-beta. ^1.0 1.0-a--1 1.0b+ 1.0+ x-dev ' +
      'feature-dev 1.0.0-1.11.13 0.0.1-test1 1.2.3.# Master',
  );
});

test('composer versions are totally ordered', () => {
  assertTotalOrder(composer, fc.oneof(versionText, fc.stringMatching(/^dev-[ab1]{0,2}$/)));
});

test('composer agrees with composer/semver', (t) => {
  const script = `
    require '/usr/share/php/Composer/Semver/autoload.php';
    use Composer\\Semver\\{Comparator, VersionParser};
    $parser = new VersionParser();
    foreach (file('php://stdin', FILE_IGNORE_NEW_LINES) as $line) {
      try {
        [$a, $b] = array_map([$parser, 'normalize'], explode("\\t", $line));
        echo Comparator::lessThan($a, $b) ? '<' : (Comparator::greaterThan($a, $b) ? '>' : '='), "\\n";
      } catch (UnexpectedValueException $error) {
        echo "?\\n";
      }
    }`;
  assertAgreesWith(t, commandOracle('composer', 'php', '-r', script), composer, versionText);
});

const suffix = '([._-]?(alpha|a|beta|b|RC|rc|p|pl|patch|stable)([.-]?[0-2]){0,2})?([.-]?dev)?([+]a)?(@dev)?';
const versionText = fc.oneof(
  fc.stringMatching(new RegExp(`^[vV]?[01]([.-][01]{1,2}|[.][xX*]){0,3}${suffix}$`)),
  fc.stringMatching(new RegExp(`^v?(2010[.:-]?01[.-]?0[12]|20100102[.-]0[01])${suffix}$`)),
);
