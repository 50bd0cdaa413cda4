import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { missingOpenssl } from '#signatures/box/testing.ts';
import { readCertificate, readPemCertificates } from '#signatures/certificate/read-certificate.ts';
import { isRefusal, type Refusal } from '#signatures/refusal.ts';
import { readCountersignature, type Countersigned } from './countersignature.ts';
import * as fixture from './testing.ts';

const signature = Buffer.from('a signature');
const imprint = createHash('sha256').update(signature).digest();
const [tsaLeaf, tsaRoot] = fixture.timestampAuthority.chain;
const read = (der: Buffer | undefined) => [readCertificate(der ?? Buffer.alloc(0)) ?? []].flat();

test('the range is as wide as the authority says', () => {
  const found = readCountersignature(fixture.stamp({ imprint, at: fixture.at }), signature, read(tsaRoot?.der));
  assert.ok(!isRefusal(found));
  assert.deepEqual(found.range, [new Date(fixture.at.getTime() - 1000), new Date(fixture.at.getTime() + 1000)]);
  assert.equal(found.chain.length, 2);
});

test('a certificate of an authority that is trusted by itself is a chain, too', () => {
  const found = readCountersignature(fixture.stamp({ imprint, at: fixture.at }), signature, read(tsaLeaf?.der));
  assert.ok(!isRefusal(found));
  assert.equal(found.chain.length, 1);
});

describe('timestamps of OpenSSL', { skip: missingOpenssl ?? false }, () => {
  let folder = '';
  before(() => {
    folder = newFolder('tsa');
    writeFileSync(join(folder, 'signature'), signature);
    openssl('genrsa', '-out', 'root.key', '2048');
    openssl('genrsa', '-out', 'tsa.key', '2048');
    writeFileSync(join(folder, 'root.ext'), 'basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign');
    certificate('root', 'root', 'root.ext');
  });

  function openssl(...args: readonly string[]): void {
    const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8', timeout: 30_000 });
    assert.equal(status, 0, stderr);
  }

  function certificate(name: string, issuer: string, extensions: string): void {
    openssl('req', '-new', '-key', `${name}.key`, '-subj', `/CN=${name}`, '-out', `${name}.csr`);
    const signer =
      name === issuer ? ['-signkey', 'root.key'] : ['-CA', 'root.pem', '-CAkey', 'root.key', '-set_serial', '7'];
    const files = ['-in', `${name}.csr`, '-out', `${name}.pem`, '-extfile', extensions, '-days', '2', '-sha256'];
    openssl('x509', '-req', ...files, ...signer);
  }

  /** Has it stamped by an authority with these extensions, and these settings. */
  function stamped(
    extensions: readonly string[],
    settings: Readonly<Record<string, string>> = {},
  ): Countersigned | Refusal {
    writeFileSync(join(folder, 'tsa.ext'), extensions.join('\n'));
    certificate('tsa', 'root', 'tsa.ext');
    const lines = Object.entries({
      serial: 'serial',
      signer_cert: 'tsa.pem',
      signer_key: 'tsa.key',
      certs: 'root.pem',
      signer_digest: 'sha256',
      default_policy: '1.2.3',
      digests: 'sha256',
      ess_cert_id_alg: 'sha256',
      ...settings,
    });
    const section = ['[tsa]', 'default_tsa=a', '[a]', ...lines.map(([name, value]) => `${name}=${value}`)];
    writeFileSync(join(folder, 'tsa.cnf'), section.join('\n'));
    openssl('ts', '-query', '-data', 'signature', '-sha256', '-cert', '-out', 'query');
    openssl('ts', '-reply', '-config', 'tsa.cnf', '-queryfile', 'query', '-token_out', '-out', 'token');
    const roots = readPemCertificates(readFileSync(join(folder, 'root.pem'), 'utf8')) ?? [];
    return readCountersignature(readFileSync(join(folder, 'token')), signature, roots.flatMap(read));
  }

  const usage = 'keyUsage=critical,digitalSignature';
  const purpose = 'extendedKeyUsage=critical,timeStamping';

  const spanOf = (found: Countersigned | Refusal) => {
    assert.ok(!isRefusal(found), isRefusal(found) ? `${found.refused}: ${found.message}` : '');
    return (found.range[1].getTime() - found.range[0].getTime()) / 2;
  };

  test('are read with their accuracy', () => {
    assert.equal(spanOf(stamped([usage, purpose])), 0);
    assert.equal(spanOf(stamped([usage, purpose], { accuracy: 'secs:2, millisecs:500, microsecs:1' })), 2501);
    assert.equal(spanOf(stamped([usage, purpose], { default_policy: '0.4.0.2023.1.1' })), 1000);
  });

  test('name the certificate by any hash of SHA-2', () => {
    assert.equal(spanOf(stamped([usage, purpose], { ess_cert_id_alg: 'sha512' })), 0);
  });

  test('do not count if they name the certificate by SHA-1 only', () => {
    const outcome = stamped([usage, purpose], { ess_cert_id_alg: 'sha1' });
    assert.ok(isRefusal(outcome));
    assert.equal(outcome.refused, 'timestamp-invalid');
  });

  test('do not count if the authority does other things with its key', () => {
    for (const extensions of [[purpose], [usage, purpose, 'basicConstraints=critical,CA:true']]) {
      const outcome = stamped(extensions);
      assert.ok(isRefusal(outcome), extensions.join());
      assert.equal(outcome.refused, 'timestamp-authority-untrusted');
    }
  });
});
