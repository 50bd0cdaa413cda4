import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { asObject, parseJson } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { bulla } from './bulla.ts';
import { problemsOf } from './schemas.ts';

describe('bulla key writes JSON as its schema describes it', () => {
  const cwd = newFolder('keys');
  const pem = join(cwd, 'old.pem');
  writeFileSync(
    pem,
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'pem', type: 'pkcs8' }),
  );

  for (const words of [
    ['generate'],
    ['generate', '--output', 'ed', '--algorithm', 'ed25519'],
    ['import', '--key', pem, '--output', 'rsa'],
    ['public', '--key', pem],
    ['rotate', '--key', pem, '--output', 'next'],
  ]) {
    test(words.join(' '), async () => {
      const { code, stdout, stderr } = await bulla(['key', ...words, '--json'], { cwd, env: { COSIGN_PASSWORD: 'x' } });
      assert.equal(code, 0, stderr);
      assert.deepEqual(problemsOf(stdout, 'key'), []);
      // A field more, or one less, would be found.
      const document = asObject(parseJson(stdout)) ?? {};
      assert.notDeepEqual(problemsOf(JSON.stringify({ ...document, more: 1 }), 'key'), []);
      for (const name of Object.keys(document)) {
        assert.notDeepEqual(problemsOf(JSON.stringify({ ...document, [name]: undefined }), 'key'), [], name);
      }
    });
  }
});
