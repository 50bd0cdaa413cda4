import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerGenerator, githubSigner, platformKey, releaseWorkflow } from '#provenance/testing.ts';
import { readTrustedBuilders } from './read-builders.ts';
import { isTrustedSigner, speaksFor, trustBuilder, type WrittenBuilder } from './trusted-builder.ts';
import { wellKnownBuilders } from './well-known.ts';

const workflow: WrittenBuilder = {
  name: 'x',
  issuer: 'https://token.actions.githubusercontent.com',
  signer: 'https://github.com/org/*/.github/workflows/*@refs/tags/v*',
  builder: 'signer',
  level: 3,
  isolation: 'workflow',
  why: 'ours',
};

test('every builder that is known says why it may claim its level', () => {
  assert.ok(wellKnownBuilders.length >= 8);
  for (const { name, why, level } of wellKnownBuilders) assert.ok(why !== '' && level >= 2, name);
  assert.equal(new Set(wellKnownBuilders.map(({ name }) => name)).size, wellKnownBuilders.length);
});

test('a signer speaks for its builders, and for no others', () => {
  const entry = trustBuilder(workflow);
  assert.ok(speaksFor(entry, githubSigner(), releaseWorkflow));
  assert.ok(!speaksFor(entry, githubSigner(), containerGenerator));
  assert.ok(!speaksFor(entry, githubSigner(), ''));
  assert.ok(!speaksFor(entry, platformKey, releaseWorkflow));
  assert.ok(!speaksFor(entry, githubSigner(containerGenerator), containerGenerator));
});

test('who is certified by somebody else, or for somebody else as well, is not trusted', () => {
  const { signer } = trustBuilder(workflow);
  const { identity } = githubSigner();
  assert.ok(isTrustedSigner(signer, { kind: 'certificate', identity }));
  const others = [
    { ...identity, names: [] },
    { ...identity, names: [...identity.names, { kind: 'uri', value: 'https://github.com/evil/x' } as const] },
    { ...identity, claims: { ...identity.claims, issuer: 'https://evil.example' } },
    { ...identity, claims: { ...identity.claims, issuer: undefined } },
  ];
  for (const other of others) assert.ok(!isTrustedSigner(signer, { kind: 'certificate', identity: other }));
});

test('a map is read as it is written', () => {
  const key = { name: 'y', key: 'a2V5', builder: 'https://ci.example/*', level: 2, isolation: 'platform', why: 'ours' };
  const [first, second] = readTrustedBuilders([workflow, key]);
  assert.ok(first !== undefined && speaksFor(first, githubSigner(), releaseWorkflow));
  assert.ok(second !== undefined && speaksFor(second, { kind: 'key', id: 'a2V5', name: 'k' }, 'https://ci.example/1'));
});

test('a map that is not one is refused, and so is what anyone matches', () => {
  const { issuer: _, ...withoutIssuer } = workflow;
  const wrong: readonly unknown[] = [
    {},
    'x',
    [1],
    [{ ...workflow, colour: 'red' }],
    [{ ...workflow, level: 4 }],
    [{ ...workflow, level: '3' }],
    [{ ...workflow, isolation: 'some' }],
    [{ ...workflow, name: '' }],
    [{ ...workflow, key: 'a2V5' }],
    [withoutIssuer],
    [{ ...workflow, signer: '**' }],
    [{ ...workflow, builder: '*' }],
  ];
  for (const document of wrong) {
    assert.throws(() => readTrustedBuilders(document), { code: 'identity-invalid' }, JSON.stringify(document));
  }
});
