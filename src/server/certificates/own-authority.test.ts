import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { missingOpenssl, openssl } from '#signatures/box/testing.ts';
import { certificateFiles } from './files.ts';
import { issueAuthority, issueForServer } from './issue.ts';
import { ownAuthority, renew, terms } from './own-authority.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const hosts = ['bulla.bulla.svc', '127.0.0.1', '::1'];

test('OpenSSL accepts what is issued, for its hosts and for servers alone', { skip: missingOpenssl }, () => {
  const wish = { name: 'bulla', from: new Date(Date.now() - 1000), until: new Date(Date.now() + 1e9) };
  const authority = issueAuthority(wish);
  const { certificate } = issueForServer({ ...wish, name: 'gate' }, hosts, authority);
  const files = { 'ca.pem': authority.certificate, 'cert.pem': certificate };
  const verify = (...args: readonly string[]) =>
    openssl(['verify', '-x509_strict', '-CAfile', 'ca.pem', ...args, 'cert.pem'], files).passed;
  assert.ok(verify('-purpose', 'sslserver', '-verify_hostname', 'bulla.bulla.svc'));
  assert.ok(verify('-verify_ip', '127.0.0.1') && verify('-verify_ip', '::1'));
  assert.ok(!verify('-verify_hostname', 'other.svc'));
  assert.ok(!verify('-purpose', 'sslclient'));
});

test('in two years no certificate is served that was not announced long before, and none that has ended', () => {
  const hour = 3_600_000;
  let state = renew(undefined, hosts, start);
  const heardOf = new Map<string, number>();
  const authorities = new Set<string>();
  for (let now = start; now < start + 730 * 24 * hour; now += 6 * hour) {
    state = renew(state, hosts, now);
    for (const { certificate } of state.authorities) {
      authorities.add(certificate);
      if (!heardOf.has(certificate)) heardOf.set(certificate, now);
    }
    const serving = new X509Certificate(state.serving.certificate);
    assert.ok(serving.validToDate.getTime() > now + 3 * 24 * hour);
    const issuer = state.authorities.find((one) => serving.verify(new X509Certificate(one.certificate).publicKey));
    assert.ok(issuer, 'who has certified it is not announced any more');
    assert.ok(new X509Certificate(issuer.certificate).validToDate > serving.validToDate);
    const known = now - (heardOf.get(issuer.certificate) ?? now);
    assert.ok(authorities.size === 1 || known >= terms.nextMade - terms.nextUsed, 'it was announced too late');
    assert.ok(state.authorities.length <= 2);
  }
  assert.ok(authorities.size > 5);
});

test('other names are another certificate', () => {
  const state = renew(undefined, hosts, start);
  assert.equal(renew(state, hosts, start + 1000), state);
  const next = renew(state, ['other.svc'], start);
  assert.equal(next.authorities[0], state.authorities[0]);
  assert.match(new X509Certificate(next.serving.certificate).subjectAltName ?? '', /other\.svc/);
});

test('an authority is kept in its folder, for its owner alone; one that was changed is refused', async () => {
  const folder = newFolder();
  const path = join(folder, 'authority.json');
  const first = await ownAuthority(folder, hosts, () => start).current();
  assert.deepEqual(await ownAuthority(folder, hosts, () => start).current(), first);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  writeFileSync(path, '{"authorities":[]}');
  await assert.rejects(ownAuthority(folder, hosts, () => start).current(), { code: 'certificate-unusable' });
});

test('files that do not fit together are half of a renewal', async () => {
  const folder = newFolder();
  const wish = { name: 'bulla', from: new Date(start), until: new Date(start + 1e9) };
  const [one, other] = [issueAuthority(wish), issueAuthority(wish)];
  const [certificate, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  const source = certificateFiles(certificate, key);
  await assert.rejects(source.current(), { code: 'certificate-unusable' });
  writeFileSync(certificate, one.certificate);
  writeFileSync(key, other.key);
  await assert.rejects(source.current(), { code: 'certificate-unusable' });
  writeFileSync(key, one.key);
  assert.deepEqual(await source.current(), one);
});
