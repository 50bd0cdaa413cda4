import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { createAuthority } from '#signatures/box/authority.ts';
import { pemOf } from '#signatures/box/certificate.ts';
import { asList, asObject, asText, parseJson } from '#kit/narrow.ts';
import { bulla } from './bulla.ts';

const day = 86_400_000;
const now = Date.now();

describe('an authority of one’s own certifies who signs, without an instance of Sigstore', () => {
  const folder = newFolder('authority');
  const write = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const from = new Date(now - 30 * day);
  const authority = createAuthority({ from, until: new Date(now + 300 * day), uri: 'https://ca.example' });
  const other = createAuthority({ from, until: new Date(now + 300 * day), uri: 'https://other.example' });
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = write('key.pem', pair.privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const file = write('release.tar', 'a release');
  const chainOf = ({ chain }: typeof authority) => chain.map(({ der }) => pemOf('CERTIFICATE', der)).join('');
  const chain = write('chain.pem', chainOf(authority));
  const otherChain = write('other.pem', chainOf(other));

  function certificate(name: string, notBefore: Date, notAfter: Date): string {
    const identities = [{ kind: 'email', value: 'release@example.org' }] as const;
    const issued = authority.issue({ publicKey: pair.publicKey, identities, notBefore, notAfter, logs: [] });
    return write(name, pemOf('CERTIFICATE', issued.der));
  }

  async function signAndAsk(certificatePath: string, ...expected: readonly string[]) {
    const bundle = join(folder, 'bundle.json');
    const signed = await bulla([
      'sign',
      `file:${file}`,
      '--key',
      key,
      '--certificate',
      certificatePath,
      '--output',
      bundle,
    ]);
    assert.equal(signed.code, 0, signed.stderr);
    const { code, stdout } = await bulla([
      'verify',
      '--offline',
      '--bundle',
      bundle,
      '--json',
      ...expected,
      `file:${file}`,
    ]);
    const [entry] = asList(asObject(parseJson(stdout))?.['entries']).map((one) => asObject(one));
    return { code, refused: asText(asObject(entry?.['refusal'])?.['code']) };
  }

  const valid = certificate('valid.pem', new Date(now - day), new Date(now + day));
  const who = ['--identity', 'release@example.org', '--certificate-chain', chain];

  test('and is believed while the certificate is valid', async () => {
    assert.deepEqual(await signAndAsk(valid, ...who), { code: 0, refused: undefined });
  });

  test('and not when it has expired, because nobody vouches for the time', async () => {
    const expired = certificate('expired.pem', new Date(now - 2 * day), new Date(now - day));
    assert.deepEqual(await signAndAsk(expired, ...who), { code: 1, refused: 'certificate-expired' });
  });

  test('and not as somebody else, nor by another authority', async () => {
    assert.equal(
      (await signAndAsk(valid, '--identity', 'somebody@example.org', '--certificate-chain', chain)).refused,
      'identity-mismatch',
    );
    assert.equal(
      (await signAndAsk(valid, '--identity', 'release@example.org', '--certificate-chain', otherChain)).refused,
      'certificate-authority-untrusted',
    );
  });

  test('and a certificate for another key is not taken', async () => {
    const stranger = write(
      'stranger.pem',
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' }),
    );
    const { code, stderr } = await bulla(['sign', `file:${file}`, '--key', stranger, '--certificate', valid]);
    assert.equal(code, 2);
    assert.match(stderr, /error\[key-invalid\].*for another key/);
  });
});
