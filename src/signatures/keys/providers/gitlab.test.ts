import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import { generateKey } from '#signatures/keys/algorithm.ts';
import { loadSigningKey, loadVerificationKey } from '#signatures/keys/load-key.ts';
import { writePrivateKey } from '#signatures/keys/private-key.ts';
import { fakeService } from '#signatures/keys/testing.ts';
import { writePublicKey } from '#signatures/keys/write-key-pair.ts';

const patience = { timeout: 500, pauses: [] };
const key = generateKey('ecdsa-p256');
const usual: Readonly<Record<string, unknown>> = {
  COSIGN_PRIVATE_KEY: await writePrivateKey(key, Buffer.from('geheim')),
  COSIGN_PUBLIC_KEY: writePublicKey(createPublicKey(key)),
  COSIGN_PASSWORD: 'geheim',
};

/** A GitLab that has one project. */
async function gitlab(variables = usual) {
  const address = await fakeService(({ path, headers }) => {
    if (headers['private-token'] !== 'glpat-1') return { status: 401, body: { message: '401 Unauthorized' } };
    const [, project = '', variable = ''] = /^\/api\/v4\/projects\/([^/]+)\/variables\/(\w+)$/.exec(path) ?? [];
    const value = variables[variable];
    if (!['team%2Fapp', '42'].includes(project) || value === undefined) return { status: 404, body: {} };
    return { status: 200, body: { key: variable, value } };
  });
  return { GITLAB_HOST: address, GITLAB_TOKEN: 'glpat-1' };
}

const environment = await gitlab();

for (const project of ['team/app', '42']) {
  test(`the project ${project} has both keys and the password`, async () => {
    const signing = await loadSigningKey(`gitlab://${project}`, { environment, patience });
    const { key: publicKey } = await loadVerificationKey(`gitlab://${project}`, { environment, patience });
    assert.ok(signing.publicKey.equals(publicKey));
  });
}

test('without a password there, it is that of the environment', async () => {
  const own = await gitlab({ ...usual, COSIGN_PASSWORD: undefined });
  await loadSigningKey('gitlab://42', { environment: { ...own, COSIGN_PASSWORD: 'geheim' }, patience });
  await assert.rejects(loadSigningKey('gitlab://42', { environment: own, patience }), { code: 'key-password-missing' });
});

for (const [what, reference, variables, code] of [
  ['another project', 'gitlab://team/other', {}, 'key-not-found'],
  ['a path that leads elsewhere', 'gitlab://42/../../a b', {}, 'key-not-found'],
  ['no token', 'gitlab://42', { GITLAB_TOKEN: '' }, 'key-credentials-missing'],
  ['a wrong token', 'gitlab://42', { GITLAB_TOKEN: 'secret' }, 'service-failed'],
  ['a token in two lines', 'gitlab://42', { GITLAB_TOKEN: 'secret\nx' }, 'key-credentials-missing'],
  ['a GitLab in the clear', 'gitlab://42', { GITLAB_HOST: 'http://gitlab.example' }, 'key-not-found'],
] as const) {
  test(`${what} is ${code}, and the token is not told`, async () => {
    const own = { environment: { ...environment, ...variables }, patience };
    await assert.rejects(loadSigningKey(reference, own), { code, message: /^(?!.*secret)/ });
  });
}

test('what is no variable is no answer', async () => {
  const own = await gitlab({ COSIGN_PUBLIC_KEY: 1 });
  await assert.rejects(loadVerificationKey('gitlab://42', { environment: own, patience }), { code: 'service-invalid' });
});
