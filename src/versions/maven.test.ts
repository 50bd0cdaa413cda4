import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { homedir } from 'node:os';
import { test } from 'node:test';
import fc from 'fast-check';
import { maven } from './maven.ts';
import {
  assertAgreesWith,
  assertAscending,
  assertOrdered,
  assertTotalOrder,
  assertUnreadable,
  type Oracle,
} from './testing.ts';

test('maven orders qualifiers', () => {
  assertAscending(maven, [
    '1-alpha2snapshot',
    '1-alpha2',
    '1-beta-2',
    '1-m11',
    '1-rc',
    '1-cr2',
    '1-SNAPSHOT',
    '1',
    '1-sp',
    '1-sp2',
    '1-abc',
    '1-def',
    '1-pom-1',
    '1-1-snapshot',
    '1-1',
    '1-2',
    '1-123',
  ]);
});

test('maven drops what does not count', () => {
  assertOrdered(maven, [
    ['1', '=', '1.0.0'],
    ['1', '=', '1-0'],
    ['1.ga', '=', '1-final'],
    ['1.0.0.RELEASE', '=', '1'],
    ['1.0.0-0-0', '=', '1'],
    ['0.0-0.ga', '=', '0'],
    ['1.0rc1', '=', '1-CR1'],
    ['1a1', '=', '1-alpha-1'],
    ['1m3', '=', '1Milestone3'],
    ['1.x', '=', '1-x'],
    ['1.0.RC2', '<', '1.0-RC3'],
    ['0.0.0-2023-03-19T22-20-47-cfae014', '>', '0.0.0-2022-01-31T03-42-52-7bac61e5'],
  ]);
});

test('maven orders numbers, lists and text', () => {
  assertOrdered(maven, [
    ['1.1', '>', '1-1'],
    ['1-1', '>', '1-x'],
    ['1.10', '>', '1.9'],
    ['2.0.0.a', '<', '2-1'],
    ['1a', '>', '1-a1'],
    ['1.0.0.X1', '<', '1.0.0-X2'],
    ['1_2', '<', '1.2-sp'],
    ['20190126.230843', '<', '20190126.230844'],
    ['0.2147483648', '>', '0.2147483647'],
    ['1.99999999999999999999', '>', '1.99999999999999999998'],
    ['00001', '=', '1'],
    ['foo', '<', '1'],
  ]);
});

test('maven answers as Maven also where that is not transitive', () => {
  assertOrdered(maven, [
    ['1-rc', '<', '1'],
    ['1', '<', '1.x.2'],
    ['1.x.2', '<', '1-rc'],
    ['1.2.0', '<', '1.2sp0'],
    ['1.2sp0', '<', '1.2.0.rc-1'],
    ['1.2.0.rc-1', '<', '1.2.0'],
    ['1.0', '<', '1ga1'],
    ['1ga1', '<', '1.0.0.rc-0'],
    ['1.0.0.rc-0', '<', '1.0'],
  ]);
});

test('maven reads any text but none', () => {
  assertUnreadable(maven, ['', ' ', '\n', '1'.repeat(1025)]);
});

test('maven versions without a qualifier after a dot are totally ordered', () => {
  assertTotalOrder(maven, fc.stringMatching(/^[01](\.[0-2]){0,3}(-?(a|alpha|rc|sp|x|SNAPSHOT)-?[0-2]?)?$/));
});

test('maven agrees with Maven 3.9', (t) => {
  assertAgreesWith(
    t,
    comparableVersion,
    maven,
    fc.stringMatching(/^[0-2a.-]([.-]?([0-2]|10|a|rc|sp|ga|x|b)){0,6}[.-]?$/),
  );
});

/** `ComparableVersion` compares each of its arguments with the next. */
const comparableVersion: Oracle = (pairs) => {
  const patterns = ['/usr/share/maven-repo', `${homedir()}/.m2/repository`].map(
    (repository) => `${repository}/org/apache/maven/maven-artifact/3.9.*/maven-artifact-3.9.*[0-9].jar`,
  );
  const [jar] = patterns.flatMap((pattern) => globSync(pattern));
  if (jar === undefined) return { missing: 'maven-artifact 3.9 is not installed' };
  const main = 'org.apache.maven.artifact.versioning.ComparableVersion';
  const { stdout, error } = spawnSync('java', ['-cp', jar, main, ...pairs.flat()], { encoding: 'utf8' });
  if (error !== undefined) return { missing: 'java is not installed' };
  const relations = [...stdout.matchAll(/^ {3}\S* (<|==|>) \S*$/gm)].map(([, relation = '']) => relation.slice(0, 1));
  return relations.filter((_relation, index) => index % 2 === 0);
};
