import { test } from 'node:test';
import fc from 'fast-check';
import { apk } from './apk.ts';
import {
  assertAgreesWith,
  assertAscending,
  assertOrdered,
  assertTotalOrder,
  assertUnreadable,
  commandOracle,
} from './testing.ts';

test('apk orders what may follow a number', () => {
  assertAscending(apk, [
    '1.2_alpha',
    '1.2_alpha1',
    '1.2_beta',
    '1.2_pre',
    '1.2_rc3',
    '1.2',
    '1.2-r0',
    '1.2-r1',
    '1.2~0123abc',
    '1.2_cvs',
    '1.2_svn',
    '1.2_git20240101',
    '1.2_hg',
    '1.2_p',
    '1.2_p1',
    '1.2a',
    '1.2.0',
  ]);
});

test('apk compares numbers and fractions', () => {
  assertOrdered(apk, [
    ['1.2.10', '>', '1.2.9'],
    ['01.2', '=', '1.2'],
    ['1.01', '<', '1.1'],
    ['1.01', '<', '1.010'],
    ['1.010', '<', '1.02'],
    ['1.0', '<', '1.1'],
    ['1.00', '>', '1.0'],
    ['1-r01', '=', '1-r1'],
    ['1_p01', '=', '1_p1'],
    ['20240101123456.1', '<', '20240101123457'],
    ['9007199254740993', '>', '9007199254740992'],
    ['18446744073709551616', '=', '0'],
  ]);
});

test('apk does not take a missing part for 0', () => {
  assertOrdered(apk, [
    ['1', '<', '1.0'],
    ['1.0', '<', '1.0-r0'],
    ['1.0_alpha', '<', '1.0_alpha0'],
    ['1.0_p1_alpha', '<', '1.0_p1'],
    ['1.0_p1_p2', '>', '1.0_p1'],
    ['1.0_alpha-r1', '<', '1.0'],
    ['1.0~ab', '<', '1.0~abc'],
    ['1.0~ab-r1', '>', '1.0~ab'],
    ['1.0b', '>', '1.0a-r9'],
  ]);
});

test('apk refuses what apk version --check refuses', () => {
  assertUnreadable(
    apk,
    ['', ' ', '1.0 '],
    'a .1 1. 1..2 1.0- 1.0-r 1.0-1 1.0-r1.2 1.0_ 1.0_foo 1.0_Alpha 1.0ab 1.0a1 1.0a.1 1.0A 1.0~ 1.0~AB ' +
      '1.0~xyz 1.0-r1~ab 1:1.0 5.1p1-r0',
  );
});

test('apk versions are totally ordered', () => {
  assertTotalOrder(apk, versionText);
});

test('apk agrees with apk version --test', (t) => {
  const loop = 'while read -r a b; do apk version --test "$a" "$b" || echo "?"; done';
  assertAgreesWith(t, commandOracle('apk', 'sh', '-c', `apk --version >/dev/null && ${loop}`), apk, versionText, 300);
});

const versionText = fc.stringMatching(
  /^(0|1|10)(\.(0|01|010|1|2)){0,2}[ab]?(_(alpha|rc|p|git)[01]?){0,2}(~a|~ab)?(-r[0-2])?[.~]?$/,
);
