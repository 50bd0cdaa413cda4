import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runWords } from '#cli/testing.ts';
import { asList, asObject, asText, parseJson } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { generateKey, keyAlgorithms } from '#signatures/keys/algorithm.ts';

const folder = newFolder();
const env = { COSIGN_PASSWORD: 'geheim' };

for (const algorithm of keyAlgorithms) {
  test(`a pair of ${algorithm} is made, and its public key is printed again`, async () => {
    const prefix = join(folder, algorithm);
    const made = await runWords(['key', 'generate', '--output', prefix, '--algorithm', algorithm, '--json'], env);
    assert.equal(made.code, 0, made.stderr);
    const pair = asObject(parseJson(made.stdout)) ?? {};
    const { keyId, ...rest } = pair;
    const [privateKeyFile, publicKeyFile] = [`${prefix}.key`, `${prefix}.pub`];
    assert.deepEqual(rest, { schemaVersion: 1, algorithm, privateKeyFile, publicKeyFile, protected: true });
    assert.equal(statSync(privateKeyFile).mode & 0o777, 0o600);
    assert.match(readFileSync(privateKeyFile, 'utf8'), /^-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n/);

    const printed = await runWords(['key', 'public', '--key', privateKeyFile], env);
    assert.equal(printed.stdout, readFileSync(publicKeyFile, 'utf8'));
    const json = asObject(parseJson((await runWords(['key', 'public', '--key', publicKeyFile, '--json'])).stdout));
    assert.deepEqual([json?.['algorithm'], json?.['keyId']], [algorithm, keyId]);
  });
}

test('text says what to do with the pair', async () => {
  const prefix = join(folder, 'a pair');
  const { stdout } = await runWords(['key', 'generate', '-o', prefix], env);
  assert.match(stdout, /private key, ecdsa-p256, encrypted\n/);
  assert.ok(stdout.includes(`bulla sign --key '${prefix}.key' IMAGE`));
});

test('a key is never overwritten', async () => {
  const prefix = join(folder, 'twice');
  await runWords(['key', 'generate', '-o', prefix], env);
  const before = readFileSync(`${prefix}.key`, 'utf8');
  const { code, stderr } = await runWords(['key', 'generate', '-o', prefix], env);
  assert.equal(code, 2);
  assert.match(stderr, /error\[key-exists\]/);
  assert.equal(readFileSync(`${prefix}.key`, 'utf8'), before);
});

test('without a password nothing is written; with an empty one it is said', async () => {
  const prefix = join(folder, 'open');
  const { code, stderr } = await runWords(['key', 'generate', '-o', prefix]);
  assert.equal(code, 2);
  assert.match(stderr, /error\[key-password-missing\].*\n.*COSIGN_PASSWORD/);
  assert.ok(!existsSync(`${prefix}.key`) && !existsSync(`${prefix}.pub`));
  const { stdout } = await runWords(['key', 'generate', '-o', prefix], { COSIGN_PASSWORD: '' });
  assert.match(stdout, /NOT PROTECTED/);
});

test('a place where nothing can be written is told, and does not keep anyone waiting', async () => {
  writeFileSync(join(folder, 'a file'), '');
  for (const prefix of [join(folder, 'a file/below'), join(folder, 'a file/further/below'), '/proc/x/y']) {
    const { code, stderr } = await runWords(['key', 'generate', '-o', prefix], env);
    assert.equal(code, 2);
    assert.match(stderr, /error\[key-unwritable\]/, prefix);
  }
});

test('a wrong password is told as such', async () => {
  await runWords(['key', 'generate', '-o', join(folder, 'locked')], env);
  const words = ['key', 'public', '--key', join(folder, 'locked.key')];
  for (const variable of ['COSIGN_PASSWORD', 'BULLA_PASSWORD']) {
    const { code, stdout, stderr } = await runWords(words, { ...env, [variable]: 'another' });
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, new RegExp(`error\\[key-password-wrong\\]: the password of ${variable} does not open`));
    assert.match(stderr, new RegExp(`try {2}set ${variable} to`));
  }
});

const importable = {
  'PKCS #8': generateKey('ecdsa-p384').export({ format: 'pem', type: 'pkcs8' }),
  'SEC 1': generateKey('ecdsa-p256').export({ format: 'pem', type: 'sec1' }),
  'PKCS #1': generateKey('rsa-3072').export({ format: 'pem', type: 'pkcs1' }),
  'PKCS #8 of Ed25519': generateKey('ed25519').export({ format: 'pem', type: 'pkcs8' }),
};

for (const [what, pem] of Object.entries(importable)) {
  test(`a key in ${what} is imported`, async () => {
    const [file, prefix] = [join(folder, `${what}.pem`), join(folder, `imported ${what}`)];
    writeFileSync(file, pem);
    const { code, stderr } = await runWords(['key', 'import', '--key', file, '-o', prefix], env);
    assert.equal(code, 0, stderr);
    const [before, now] = [
      await runWords(['key', 'public', '--key', file]),
      await runWords(['key', 'public', '--key', `${prefix}.key`], env),
    ];
    assert.equal(now.stdout, before.stdout);
    // What is encrypted already needs no import.
    const again = await runWords(['key', 'import', '--key', `${prefix}.key`, '-o', `${prefix} again`], env);
    assert.match(again.stderr, /error\[key-invalid\].*already encrypted/);
  });
}

test('a public key cannot be imported', async () => {
  await runWords(['key', 'generate', '-o', join(folder, 'b')], env);
  const words = ['key', 'import', '--key', join(folder, 'b.pub'), '-o', join(folder, 'c')];
  assert.match((await runWords(words, env)).stderr, /error\[key-invalid\].*only private keys sign/);
});

test('a successor is of the same kind, and verify takes what is printed', async () => {
  const [old, next] = [join(folder, 'old'), join(folder, 'next')];
  await runWords(['key', 'generate', '-o', old, '--algorithm', 'ecdsa-p384'], env);
  const words = ['key', 'rotate', '--key', `${old}.pub`, '-o', next, '--overlap', '10', '--json'];
  const json = asObject(parseJson((await runWords(words, env)).stdout)) ?? {};
  assert.equal(json['algorithm'], 'ecdsa-p384');
  const [from, until] = [json['from'], json['until']].map((time) => Date.parse(asText(time) ?? ''));
  assert.equal((until ?? 0) - (from ?? 0), 10 * 24 * 3600_000);
  const keys = asList(json['verifyKeys']).map(String);
  assert.deepEqual(keys, [`${old}.pub;until=${asText(json['until'])}`, `${next}.pub;from=${asText(json['from'])}`]);
  // What is verified is no bundle; the keys are read before that is found.
  const words2 = ['verify', ...keys.flatMap((key) => ['--key', key]), '--bundle', `${old}.pub`, `file:${old}.pub`];
  const { code, stderr } = await runWords(words2);
  assert.deepEqual([code, stderr], [1, '']);
});

for (const words of [
  ['generate', '--algorithm', 'dsa'],
  ['generate', '--output', ''],
  ['generate', '--output', `${folder}/`],
  ['import', '--key', 'a.key', '--output', ''],
  ['rotate', '--key', 'a.pub', '--overlap', '-1'],
  ['rotate', '--key', 'a.pub', '--overlap', '1e9'],
]) {
  test(`bulla key ${words.join(' ')} is no call`, async () => {
    const output = words.includes('--output') ? [] : ['-o', join(folder, 'none')];
    const { code, stderr } = await runWords(['key', ...words, ...output], env);
    assert.equal(code, 2);
    assert.match(stderr, /usage|is not a number of days/);
  });
}
