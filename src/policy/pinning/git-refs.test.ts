import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { newFolder } from '#kit/testing.ts';
import { readGitRefs } from './git-refs.ts';

const packet = (line: string) => `${(line.length + 4).toString(16).padStart(4, '0')}${line}`;
const [one, two, three] = ['1', '2', '3'].map((digit) => digit.repeat(40));
const start = `${packet('# service=git-upload-pack\n')}0000`;

test('tags and branches, and what annotated tags stand for', () => {
  const refs = readGitRefs(
    Buffer.from(
      `${start}${packet(`${one} HEAD\0multi_ack symref=HEAD:refs/heads/main\n`)}${packet(`${one} refs/heads/main\n`)}` +
        `${packet(`${one} refs/pull/1/head\n`)}${packet(`${two} refs/tags/v4\n`)}${packet(`${three} refs/tags/v4^{}\n`)}0000`,
    ),
  );
  assert.deepEqual([...(refs?.branches ?? [])], [['main', one]]);
  assert.deepEqual([...(refs?.tags ?? [])], [['v4', three]]);
});

test('what git itself says of a repository', (t) => {
  if (spawnSync('git', ['--version']).status !== 0) return t.skip('git is not installed');
  const folder = newFolder('git');
  const git = (...args: readonly string[]): Buffer => {
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'init.defaultBranch=main'];
    const run = spawnSync('git', [...who, ...args], { cwd: folder, env: { PATH: process.env['PATH'], HOME: folder } });
    assert.equal(run.status, 0, run.stderr.toString());
    return run.stdout;
  };
  git('init', '-q');
  git('commit', '-q', '--allow-empty', '-m', 'one');
  git('tag', 'v1');
  git('tag', '-a', 'v2', '-m', 'two');
  const head = git('rev-parse', 'HEAD').toString().trim();
  const refs = readGitRefs(Buffer.concat([Buffer.from(start), git('upload-pack', '--advertise-refs', '.')]));
  assert.deepEqual([...(refs?.branches ?? [])], [['main', head]]);
  assert.deepEqual(
    [...(refs?.tags ?? [])],
    [
      ['v1', head],
      ['v2', head],
    ],
  );
});

test('what is something else is nothing', () => {
  for (const text of [
    '',
    '0000',
    'x',
    start.slice(0, -4),
    `${start}0003`,
    `${start}ffff`,
    `${start}${packet('nothing')}0000`,
    '<html>',
  ]) {
    assert.equal(readGitRefs(Buffer.from(text)), undefined, text);
  }
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void readGitRefs(bytes)));
  assert.equal(readGitRefs(Buffer.from(`${start}${'0004'.repeat(500_001)}`)), undefined);
});
