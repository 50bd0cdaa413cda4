import assert from 'node:assert/strict';
import { test } from 'node:test';
import { artifactOfBytes } from '#signatures/artifact.ts';
import { createBox } from '#signatures/box/box.ts';
import { pemOf, spkiOf, type Certificate } from '#signatures/box/certificate.ts';
import { readBundle } from '#signatures/bundle/read-bundle.ts';
import { isRefusal } from '#signatures/refusal.ts';
import { verifySigned } from '#signatures/verify.ts';
import { ownTrust } from './own-trust.ts';

const box = createBox();
const artifact = Buffer.from('artifact');
const at = new Date('2025-06-01T12:00:00Z');
const { bundle } = box.sign({
  artifact,
  identity: { kind: 'email', value: 'a@example.org' },
  issuer: 'https://issuer.example',
  at,
  log: 'v1',
  timestamp: true,
});
const file = (name: string, pem: string) => ({ name, pem });
const chain = (certificates: readonly Certificate[]) =>
  certificates.map(({ der }) => pemOf('CERTIFICATE', der)).join('');

const certificates = file('chain.pem', chain(box.chain));
const timestamps = file('tsa.pem', chain(box.timestampAuthority.chain));
const log = { ...file('log.pem', pemOf('PUBLIC KEY', spkiOf(box.logs.v1.publicKey))), host: 'rekor.sigstore.box' };

test('authorities that are named one by one are believed as those of a trusted root', () => {
  const signed = readBundle(JSON.stringify(bundle));
  assert.ok(!isRefusal(signed));
  const verify = (own: Parameters<typeof ownTrust>[0]) => {
    const outcome = verifySigned(
      signed,
      { trust: ownTrust(own), keys: [], now: new Date() },
      artifactOfBytes(artifact),
    );
    return isRefusal(outcome) ? outcome.refused : 'accepted';
  };
  assert.equal(verify({ certificates, timestamps, log }), 'accepted');
  assert.equal(verify({ certificates, timestamps }), 'log-untrusted');
  assert.equal(verify({ certificates, log }), 'timestamp-authority-untrusted');
  assert.equal(verify({ timestamps, log }), 'certificate-authority-untrusted');
  assert.equal(
    verify({ certificates, timestamps, log: { ...log, host: 'another.example' } }),
    'log-checkpoint-invalid',
  );
});

test('what is no certificate and no key is refused by its name', () => {
  assert.throws(() => ownTrust({ certificates: file('x', 'nothing') }), { code: 'trust-root-invalid', message: /^x / });
  assert.throws(() => ownTrust({ log: { ...file('y', 'nothing'), host: 'h' } }), {
    code: 'trust-root-invalid',
    message: /^y /,
  });
});
