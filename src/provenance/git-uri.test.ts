import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { commitOf, isGitUri, readGitUri, repositoryOf } from './git-uri.ts';

const commit = 'c27d339ee6075c1f744c5d4b200f7901aad2c369';
const repository = 'https://github.com/org/app';

const cases: readonly (readonly [uri: string, place: ReturnType<typeof readGitUri>])[] = [
  ['git+https://github.com/org/app@refs/heads/main', { repository, ref: 'refs/heads/main' }],
  ['git+https://github.com/org/app@refs/heads/a@b', { repository, ref: 'refs/heads/a@b' }],
  ['https://github.com/org/app.git#refs/tags/v1:sub/folder', { repository, ref: 'refs/tags/v1' }],
  [`https://github.com/org/app.git#${commit}`, { repository, commit }],
  [`https://github.com/org/app/commit/${commit}`, { repository, commit }],
  ['https://GitHub.com/org/app/', { repository }],
  ['git+ssh://git@github.com/org/app.git', { repository }],
  ['git@github.com:org/app.git', { repository }],
  ['https://user:secret@github.com/org/app', { repository }],
  ['https://gitlab.com/group/sub/app', { repository: 'https://gitlab.com/group/sub/app' }],
  ['gs://bucket/source.tgz#1', undefined],
  ['pkg:docker/alpine@3.17', undefined],
  ['/srv/git/app', undefined],
  ['', undefined],
];

test('addresses of repositories are read, whichever way they are written', () => {
  for (const [uri, place] of cases) assert.deepEqual(readGitUri(uri), place, uri);
});

test('only what says so is an address of a repository', () => {
  for (const uri of ['git+https://h/p', 'git@h:p', 'https://h/p.git', 'https://h/p.git#main'])
    assert.ok(isGitUri(uri), uri);
  for (const uri of ['https://h/p.tgz', 'https://h/p', 'pkg:docker/x', 'gitlab.com/x']) assert.ok(!isGitUri(uri), uri);
});

test('a commit is a commit, under any of its names', () => {
  assert.equal(commitOf({ sha1: commit }), commit);
  assert.equal(commitOf({ gitCommit: commit, sha1: 'f'.repeat(40) }), commit);
  assert.equal(commitOf({ sha256: commit }), commit);
  assert.equal(commitOf({ sha256: 'a'.repeat(64) }), undefined);
  assert.equal(commitOf({ sha1: 'main' }), undefined);
});

test('any text is read or not, and quickly', () => {
  fc.assert(fc.property(fc.string(), (text) => assert.equal(typeof repositoryOf(text), 'string')));
  for (const text of [`git+https://${'@'.repeat(100_000)}`, `https://h/${'/'.repeat(4000)}`, 'a@'.repeat(2000)]) {
    assert.equal(typeof repositoryOf(text), 'string');
  }
});
