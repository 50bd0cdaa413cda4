import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test, type TestContext } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import type { RegistryOptions } from './options.ts';
import { fakeSystem, getThing, openTransport, rejects, startServer, type Reply } from './testing.ts';

const folder = newFolder('tls');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
let problem: string | undefined;

before(() => {
  problem = makeCertificates();
});

test('a certificate of a CA that nobody gave is not trusted', async (t) => {
  if (problem !== undefined) return t.skip(problem);
  const server = await start(t);
  await refuses(get(t, server.host), /certificate is not trusted/, /--ca FILE .* --insecure$/);
  assert.equal(server.seen.length, 0);
});

test('a CA that was given is trusted', async (t) => {
  if (problem !== undefined) return t.skip(problem);
  const server = await start(t);
  assert.equal(await get(t, server.host, { ca: read('ca.crt') }), 'hello');
});

test('a certificate for another name is not trusted', async (t) => {
  if (problem !== undefined) return t.skip(problem);
  const server = await start(t);
  const other = server.host.replace('127.0.0.1', 'other.example');
  await refuses(get(t, other, { ca: read('ca.crt') }), /certificate is not trusted/, /./);
});

test('an insecure host need not show a certificate that is trusted', async (t) => {
  if (problem !== undefined) return t.skip(problem);
  const server = await start(t);
  assert.equal(await get(t, server.host, { insecure: [server.host] }), 'hello');
  assert.equal(await get(t, server.host, { insecure: ['*'] }), 'hello');
  await refuses(get(t, server.host, { insecure: ['other.example'] }), /not trusted/, /./);
});

test('docker keeps the CA of a registry, and certificates to show it, in a folder', async (t) => {
  if (problem !== undefined) return t.skip(problem);
  const server = await start(t, () => ({ body: 'hello' }), { ca: read('ca.crt'), requestCert: true });
  const certificates = join(folder, 'certs.d');
  mkdirSync(join(certificates, server.host), { recursive: true });
  const certificateFolders = [join(folder, 'none'), certificates];
  cpSync(join(folder, 'ca.crt'), join(certificates, server.host, 'ca.crt'));
  await refuses(get(t, server.host, { certificateFolders }), /refuses our TLS|breaks/, /client certificate|again/);
  for (const end of ['cert', 'key']) {
    cpSync(join(folder, `server.${end}`), join(certificates, server.host, `client.${end}`));
  }
  assert.equal(await get(t, server.host, { certificateFolders }), 'hello');
  writeFileSync(join(certificates, server.host, 'client.cert'), 'x');
  await rejects(get(t, server.host, { certificateFolders }), 'credentials-unreadable', /cannot be used/, /PEM/);
  await rejects(
    get(t, server.host, { certificateFolders: [], ca: 'x' }),
    'credentials-unreadable',
    /the given CA cannot be used/,
    /PEM/,
  );
});

test('from TLS nobody is sent to plain HTTP', async (t) => {
  if (problem !== undefined) return t.skip(problem);
  const plain = await startServer(t, () => ({ body: 'hello' }));
  const server = await start(t, () => ({ status: 307, headers: { location: `${plain.origin}/x` } }));
  await rejects(get(t, server.host, { ca: read('ca.crt') }), 'registry-redirect-refused', /gives up TLS/);
  const challenge = { 'www-authenticate': `Bearer realm="${plain.origin}/token"` };
  const asking = await start(t, () => ({ status: 401, headers: challenge }));
  await rejects(get(t, asking.host, { ca: read('ca.crt') }), 'registry-redirect-refused', /gives up TLS/);
  assert.equal(plain.seen.length, 0);
});

test('from TLS one may be sent to TLS, with the same CA', async (t) => {
  if (problem !== undefined) return t.skip(problem);
  const storage = await start(t);
  const server = await start(t, () => ({ status: 307, headers: { location: `${storage.origin}/x` } }));
  assert.equal(await get(t, server.host, { ca: read('ca.crt') }), 'hello');
});

function start(t: TestContext, reply: () => Reply = () => ({ body: 'hello' }), more: object = {}) {
  return startServer(t, reply, {
    key: read('server.key'),
    cert: read('server.cert'),
    rejectUnauthorized: true,
    ...more,
  });
}

function get(t: TestContext, host: string, options: RegistryOptions = {}): Promise<string> {
  return getThing(openTransport(t, host, options, fakeSystem({ 'other.example': '127.0.0.1' })));
}

function refuses(work: Promise<unknown>, message: RegExp, hint?: RegExp): Promise<unknown> {
  return rejects(work, 'registry-unreachable', message, hint);
}

/** A CA, and a certificate of it for this machine. Gives what is missing, if something is. */
function makeCertificates(): string | undefined {
  const run = (...words: string[]) => spawnSync('openssl', words, { cwd: folder, encoding: 'utf8' });
  if (run('version').status !== 0) return 'openssl is not installed';
  const words = (text: string) => run(...text.split(' '));
  const key = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2';
  const signed = '-CA ca.crt -CAkey ca.key -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=CA:FALSE';
  const made = [
    words(`req -x509 ${key} -keyout ca.key -out ca.crt -subj /CN=CA`),
    words(`req -x509 ${key} -keyout server.key -out server.cert -subj /CN=server ${signed}`),
  ];
  return made.every(({ status }) => status === 0)
    ? undefined
    : `openssl failed: ${made.map(({ stderr }) => stderr).join()}`;
}
