import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { RFC3161Timestamp } from '@sigstore/core';
import { pemOf } from './certificate.ts';
import { missingOpenssl, openssl } from './testing.ts';
import { createTimestampAuthority, type StampRequest } from './timestamp.ts';

const options = { from: new Date('2024-01-01T00:00:00Z'), until: new Date('2034-01-01T00:00:00Z'), uri: 'https://tsa' };
const authority = createTimestampAuthority(options);
const at = new Date('2025-06-01T12:00:00Z');
const imprint = createHash('sha256').update('data').digest();

const parse = (request: StampRequest): RFC3161Timestamp =>
  RFC3161Timestamp.parse(Buffer.from(authority.stamp(request)));

/** What OpenSSL says of an answer for `data`. */
function judge(request: Partial<StampRequest>, data = 'data', trusted = authority): string {
  const [leaf, root] = trusted.chain.map(({ der }) => pemOf('CERTIFICATE', der));
  const files = {
    answer: authority.stamp({ imprint, at, ...request }),
    data,
    leaf: leaf ?? '',
    root: root ?? '',
  };
  const check = ['ts', '-verify', '-in', 'answer', '-data', 'data', '-CAfile', 'root', '-untrusted', 'leaf'];
  return openssl([...check, '-attime', String(at.getTime() / 1000)], files).output;
}

test('timestamp: OpenSSL accepts it, with its certificate and without', { skip: missingOpenssl }, () => {
  assert.match(judge({ withCertificate: true }), /Verification: OK/);
  assert.match(judge({ withCertificate: false }), /Verification: OK/);
  assert.match(judge({ nonce: 0xfedcba9876543210n }), /Verification: OK/);
});

test('timestamp: OpenSSL refuses what is wrong', { skip: missingOpenssl }, () => {
  assert.match(judge({}, 'other data'), /Verification: FAILED/);
  assert.match(judge({ forged: true }), /Verification: FAILED/);
  assert.match(judge({ withCertificate: true }, 'data', createTimestampAuthority(options)), /Verification: FAILED/);
});

test('timestamp: OpenSSL reads what was asked for', { skip: missingOpenssl }, () => {
  const answer = authority.stamp({ imprint, at, nonce: 0x1234n });
  const { output } = openssl(['ts', '-reply', '-in', 'answer', '-text'], { answer });
  assert.match(output, /Status: Granted\./);
  assert.match(output, /Time stamp: Jun {2}1 12:00:00 2025 GMT/);
  assert.match(output, /Policy OID: 1\.3\.6\.1\.4\.1\.57264\.2/);
  assert.match(output, /Nonce: 0x1234/);
});

test('timestamp: @sigstore/core reads and verifies it', () => {
  const [leaf] = authority.chain;
  assert.ok(leaf !== undefined);
  const read = parse({ imprint, at, withCertificate: true });
  assert.equal(read.status, 0n);
  assert.equal(read.signingTime.toISOString(), at.toISOString());
  assert.deepEqual(read.signerSerialNumber, leaf.serial);
  read.verify(Buffer.from('data'), leaf.publicKey);
  assert.throws(() => read.verify(Buffer.from('other'), leaf.publicKey));
  const forged = parse({ imprint, at, forged: true });
  assert.throws(() => forged.verify(Buffer.from('data'), leaf.publicKey));
});
