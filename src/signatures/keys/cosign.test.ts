import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { checkSignature } from '#signatures/signature.ts';
import { generateKey, keyAlgorithms } from './algorithm.ts';
import { loadSigningKey } from './load-key.ts';
import { cosigns } from './testing.ts';
import { newKeyPairFiles, writeKeyPair } from './write-key-pair.ts';

const environment = { COSIGN_PASSWORD: 'geheim' };
const skip = cosigns.length === 0 ? 'cosign is not installed (BULLA_TEST_PEERS)' : false;

test('cosign and we use the same keys', { skip }, async (t) => {
  for (const cosign of cosigns) {
    await t.test(cosign, async (each) => {
      const folder = newFolder();
      const run = (...words: readonly string[]): string => {
        const env = { ...environment, HOME: folder };
        const { status, stdout, stderr } = spawnSync(cosign, words, { cwd: folder, env, encoding: 'utf8' });
        assert.equal(status, 0, `${words.join(' ')}: ${stderr}`);
        return stdout;
      };
      writeFileSync(join(folder, 'blob'), 'content');
      const bytes = Buffer.from('content');
      // The third version signs into a bundle, and with a log, unless told otherwise.
      const isThird = /GitVersion:\s+v3/.test(run('version'));
      const old = isThird ? ['--new-bundle-format=false'] : [];
      const unlogged = isThird ? [...old, '--use-signing-config=false'] : [];

      for (const algorithm of keyAlgorithms) {
        await each.test(`it reads our keys of ${algorithm}`, async () => {
          const files = await newKeyPairFiles(join(folder, algorithm));
          await writeKeyPair(generateKey(algorithm), files, { bytes: Buffer.from('geheim'), from: 'the test' });
          assert.equal(run('public-key', '--key', files.privateKeyFile), readFileSync(files.publicKeyFile, 'utf8'));
        });
      }

      // With larger curves its second version verifies SHA-256 only.
      for (const algorithm of ['ecdsa-p256', 'rsa-3072', 'ed25519'] as const) {
        await each.test(`it verifies what we sign with ${algorithm}`, async () => {
          const [secret, open] = [join(folder, `${algorithm}.key`), join(folder, `${algorithm}.pub`)];
          const signature = await (await loadSigningKey(secret, { environment })).sign(bytes);
          writeFileSync(join(folder, 'signature'), signature.toString('base64'));
          run('verify-blob', ...old, '--insecure-ignore-tlog=true', '--key', open, '--signature', 'signature', 'blob');
        });
      }

      for (const algorithm of ['ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521', 'rsa-3072'] as const) {
        await each.test(`we verify what it signs with our key of ${algorithm}`, () => {
          const [secret, open] = [join(folder, `${algorithm}.key`), join(folder, `${algorithm}.pub`)];
          run(
            'sign-blob',
            ...unlogged,
            '--tlog-upload=false',
            '-y',
            '--key',
            secret,
            '--output-signature',
            'out',
            'blob',
          );
          const signature = Buffer.from(readFileSync(join(folder, 'out'), 'utf8'), 'base64');
          const signed = {
            content: { kind: 'payload', bytes },
            signature,
            signer: { kind: 'key' },
            log: [],
            timestamps: [],
          } as const;
          assert.equal(checkSignature(signed, createPublicKey(readFileSync(open)), undefined), undefined);
        });
      }

      await each.test('we read its keys', async () => {
        run('generate-key-pair', '--output-key-prefix', 'theirs');
        const key = await loadSigningKey(join(folder, 'theirs.key'), { environment });
        assert.ok(key.publicKey.equals(createPublicKey(readFileSync(join(folder, 'theirs.pub')))));
      });
    });
  }
});
