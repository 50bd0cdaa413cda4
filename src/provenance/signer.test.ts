import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { keyIdOf } from '#signatures/keys/verification-key.ts';
import { describeSigner, signerOf } from './signer.ts';
import { githubSigner, releaseWorkflow } from './testing.ts';

test('a key is known by its id, and called by its name', () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer = signerOf({ signer: { kind: 'key', key: { key: publicKey, name: 'release.pub' } } });
  assert.deepEqual(signer, { kind: 'key', id: keyIdOf(publicKey), name: 'release.pub' });
  assert.equal(describeSigner(signer), 'the key release.pub');
});

test('a certificate is called by its names and who has certified them', () => {
  const issuer = 'https://token.actions.githubusercontent.com';
  assert.equal(describeSigner(githubSigner()), `${releaseWorkflow}, certified by ${issuer}`);
});
