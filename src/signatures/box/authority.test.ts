import assert from 'node:assert/strict';
import { generateKeyPairSync, verify, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { X509Certificate as SigstoreCertificate, X509SCTExtension } from '@sigstore/core';
import { createAuthority, type IssueRequest } from './authority.ts';
import { pemOf, type Certificate } from './certificate.ts';
import { missingOpenssl, openssl } from './testing.ts';

const from = new Date('2024-01-01T00:00:00Z');
const until = new Date('2060-01-01T00:00:00Z');
const notBefore = new Date('2025-06-01T12:00:00Z');
const authority = createAuthority({ from, until, uri: 'https://fulcio.example' });
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const request: IssueRequest = {
  publicKey,
  identities: [{ kind: 'uri', value: 'https://github.com/o/r/.github/workflows/w.yml@refs/heads/main' }],
  issuer: 'https://token.actions.githubusercontent.com',
  claims: { githubWorkflowRef: 'refs/heads/main', buildTrigger: 'push', tokenSubject: 'repo:o/r' },
  notBefore,
};

const pem = ({ der }: Certificate): string => pemOf('CERTIFICATE', der);

const parse = ({ der }: Certificate): SigstoreCertificate => SigstoreCertificate.parse(Buffer.from(der));

function textOf(certificate: Certificate): string {
  return openssl(['x509', '-in', 'c', '-noout', '-text'], { c: pem(certificate) }).output;
}

test('authority: the chain holds, by Node', () => {
  const [intermediate, root] = authority.chain.map(({ der }) => new X509Certificate(der));
  const leaf = new X509Certificate(authority.issue(request).der);
  assert.ok(intermediate !== undefined && root !== undefined);
  assert.ok(leaf.checkIssued(intermediate) && leaf.verify(intermediate.publicKey));
  assert.ok(intermediate.checkIssued(root) && intermediate.verify(root.publicKey));
  assert.ok(root.verify(root.publicKey) && root.ca && intermediate.ca && !leaf.ca);
  assert.equal(leaf.validToDate.toISOString(), '2025-06-01T12:10:00.000Z');
  assert.equal(root.validToDate.toISOString(), until.toISOString());
});

test('authority: the chain holds, by OpenSSL', { skip: missingOpenssl }, () => {
  const [intermediate, root] = authority.chain;
  assert.ok(intermediate !== undefined && root !== undefined);
  const files = { leaf: pem(authority.issue(request)), intermediate: pem(intermediate), root: pem(root) };
  const at = (date: Date): string[] => ['verify', '-x509_strict', '-attime', String(date.getTime() / 1000)];
  const chain = ['-CAfile', 'root', '-untrusted', 'intermediate', 'leaf'];
  const good = openssl([...at(notBefore), ...chain], files);
  assert.ok(good.passed, good.output);
  assert.ok(!openssl([...at(new Date('2025-06-01T12:10:01Z')), ...chain], files).passed, 'expired');
  const other = createAuthority({ from, until, uri: '' }).chain.map(pem).join('');
  assert.ok(!openssl([...at(notBefore), ...chain], { ...files, root: other, intermediate: other }).passed, 'untrusted');
});

test('authority: OpenSSL reads what was asked for', { skip: missingOpenssl }, () => {
  const text = textOf(authority.issue(request));
  for (const expected of [
    /Issuer: O ?= ?sigstore.box, CN ?= ?box-intermediate/,
    /Key Usage: critical\s+Digital Signature\n/,
    /Extended Key Usage: \s+Code Signing\n/,
    /Alternative Name: critical\s+URI:https:\/\/github.com\/o\/r\/.github\/workflows\/w.yml@refs\/heads\/main\n/,
    /57264.1.1: \s+https:\/\/token.actions.githubusercontent.com\n/,
    /57264.1.6: \s+refs\/heads\/main\n/,
    /57264.1.8: \s+.\+https:\/\/token/,
    /57264.1.20: \s+..push\n/,
    /57264.1.24: \s+..repo:o\/r\n/,
    /CT Precertificate SCTs: \s+Signed Certificate Timestamp:\s+Version {3}: v1/,
    /Timestamp : Jun {2}1 12:00:00.000 2025 GMT/,
  ]) {
    assert.match(text, expected);
  }
  const [intermediate, root] = authority.chain;
  assert.ok(intermediate !== undefined && root !== undefined);
  assert.match(textOf(intermediate), /Basic Constraints: critical\s+CA:TRUE, pathlen:0\n/);
  assert.match(textOf(root), /Basic Constraints: critical\s+CA:TRUE, pathlen:1\n/);
});

test('authority: identities of every kind', { skip: missingOpenssl }, () => {
  for (const [identity, expected] of [
    [{ kind: 'email', value: 'anna@example.org' }, /critical\s+email:anna@example.org\n/],
    [{ kind: 'dns', value: 'example.org' }, /critical\s+DNS:example.org\n/],
    [{ kind: 'username', value: 'anna!example.org' }, /critical\s+othername: 1.3.6.1.4.1.57264.1.7:/i],
  ] as const) {
    assert.match(textOf(authority.issue({ ...request, identities: [identity] })), expected);
  }
  assert.doesNotMatch(textOf(authority.issue({ ...request, identities: [] })), /Alternative Name/);
});

test('authority: @sigstore/core reads a username', () => {
  const identities = [{ kind: 'username', value: 'anna!example.org' }] as const;
  const read = parse(authority.issue({ ...request, identities }));
  assert.equal(read.extSubjectAltName?.otherName('1.3.6.1.4.1.57264.1.7'), 'anna!example.org');
});

test('authority: certificates for keys of every kind', () => {
  for (const keys of [
    generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    generateKeyPairSync('ec', { namedCurve: 'P-521' }),
    generateKeyPairSync('ed25519'),
    generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ]) {
    const { der } = authority.issue({ ...request, publicKey: keys.publicKey });
    assert.ok(new X509Certificate(der).publicKey.equals(keys.publicKey));
  }
});

test('certificate log: the promise is over the precertificate and the issuer', () => {
  const certificate = parse(authority.issue(request));
  const [timestamp] = certificate.extSCT?.signedCertificateTimestamps ?? [];
  assert.ok(timestamp !== undefined && certificate.extSCT instanceof X509SCTExtension);
  assert.deepEqual(timestamp.logID, authority.log.id);
  assert.equal(timestamp.datetime.toISOString(), notBefore.toISOString());
  // The verification of the whole is the box's; here it must fail for what was never promised.
  assert.ok(!verify('sha256', Buffer.from('other'), authority.log.publicKey, timestamp.signature));
  assert.equal(parse(authority.issue({ ...request, logs: [] })).extSCT, undefined);
});

test('certificate: equal requests give equal serial numbers', () => {
  assert.deepEqual(authority.issue(request).serial, authority.issue(request).serial);
  assert.notDeepEqual(authority.issue(request).serial, authority.issue({ ...request, issuer: 'other' }).serial);
});
