import assert from 'node:assert/strict';
import { request } from 'node:https';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { asObject, parseJson, type JsonObject } from '#kit/narrow.ts';
import { podOf, reviewOf } from '#gates/admission/testing.ts';
import { policyError } from '#policy/errors.ts';
import { issueAuthority, issueForServer, type Issued } from '#server/certificates/issue.ts';
import type { PolicySet } from '#server/judge/policy-set.ts';
import type { LogEntry } from '#server/log.ts';
import { openMemory } from '#server/memory/memory.ts';
import { fakeClock, fakeImages, onlyGood, worldOf } from '#server/testing.ts';
import { openAdmissionServer } from './open-admission-server.ts';

const wish = { name: 'bulla', from: new Date(Date.now() - 10_000), until: new Date(Date.now() + 1e9) };

async function start(t: TestContext, change: Partial<Parameters<typeof openAdmissionServer>[0]> = {}) {
  const [images, clock, memory] = [fakeImages(), fakeClock(), openMemory()];
  const authority = issueAuthority(wish);
  const state: { serving: Issued; load: () => Promise<PolicySet> } = {
    serving: issueForServer({ ...wish, name: 'one' }, ['127.0.0.1'], authority),
    load: () => Promise.resolve({ id: '1', policies: [onlyGood()] }),
  };
  const log: LogEntry[] = [];
  const server = await openAdmissionServer({
    listen: { host: '127.0.0.1', port: 0 },
    loadPolicies: () => state.load(),
    world: worldOf(images, memory, clock),
    memory,
    certificates: {
      current: () => Promise.resolve(state.serving),
      authorities: () => Promise.resolve(authority.certificate),
    },
    needsTrustRoot: false,
    imagePaths: [],
    clock,
    log: (entry) => void log.push(entry),
    ...change,
  });
  let isOpen = true;
  const drain = async () => {
    if (isOpen) await server.drain();
    isOpen = false;
  };
  t.after(drain);
  const send = (path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) =>
    new Promise<{ readonly status: number; readonly body: string; readonly subject: string }>((resolve, reject) => {
      const method = body === undefined ? 'GET' : 'POST';
      const url = `https://127.0.0.1:${server.port}${path}`;
      const sent = request(url, { method, ca: authority.certificate, agent: false, headers }, (response) => {
        const socket = response.socket;
        const subject =
          'getPeerCertificate' in socket ? JSON.stringify(asTls(socket).getPeerCertificate().subject) : '';
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text, subject }));
      });
      sent.on('error', reject);
      sent.end(typeof body === 'string' || body instanceof Buffer ? body : JSON.stringify(body));
    });
  const ask = async (image: string): Promise<JsonObject> => {
    const { body } = await send('/validate?timeout=5s', reviewOf({ object: podOf([image]) }));
    return asObject(asObject(parseJson(body))?.['response']) ?? {};
  };
  return { images, clock, state, log, server, authority, send, ask, drain };
}

/** The socket of a request over HTTPS is one of TLS. */
function asTls(socket: object): { getPeerCertificate(): { readonly subject: object } } {
  return socket as { getPeerCertificate(): { readonly subject: object } };
}

/** Lets go on what waits for nothing but promises and files. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

test('it answers reviews, logs each decision with its id and digest, and counts it', async (t) => {
  const { images, ask, send, log } = await start(t);
  const [good, bad] = [images.add('good', true), images.add('bad', false)];
  assert.equal((await ask(`r.example/app@${good}`))['allowed'], true);
  const denied = await ask(`r.example/app@${bad}`);
  const message = String(asObject(denied['status'])?.['message']);
  const [, id] = /\(verdict ([0-9a-f]{16})\)/.exec(message) ?? [];
  const line = log.find((entry) => entry['id'] === id);
  assert.deepEqual(
    [line?.['verdict'], line?.['user'], line?.['namespace'], line?.['images']],
    ['deny', 'anna', 'shop', [{ image: `r.example/app@${bad}`, digest: bad }]],
  );
  const { body } = await send('/metrics');
  assert.match(body, /^bulla_admission_reviews_total\{webhook="validate",verdict="deny"\} 1$/m);
  assert.match(body, /^bulla_admission_reasons_total\{reason="unsigned",mode="enforce"\} 1$/m);
  assert.match(body, /^bulla_admission_seconds_count\{webhook="validate"\} 2$/m);
});

test('what is no question is an error', async (t) => {
  const { send, server } = await start(t);
  assert.equal((await send('/validate', '{')).status, 400);
  assert.equal((await send('/validate')).status, 404);
  assert.equal((await send('/nothing', {})).status, 404);
  assert.equal(
    (await send('/validate', 'x', { 'content-length': '99999999999' }).catch(() => ({ status: 413 }))).status,
    413,
  );
  const socket = connect(server.port, '127.0.0.1');
  socket.end('GET / HTTP/1.1\r\n\r\n');
  await new Promise((resolve) => socket.once('close', resolve));
});

test('TLS before 1.2 is refused', async (t) => {
  const { server, authority } = await start(t);
  const at = (maxVersion: 'TLSv1.1' | 'TLSv1.2') =>
    new Promise<string>((resolve) => {
      const ciphers = 'DEFAULT@SECLEVEL=0';
      const socket = connectTls(
        {
          port: server.port,
          host: '127.0.0.1',
          ca: authority.certificate,
          minVersion: maxVersion,
          maxVersion,
          ciphers,
        },
        () => {
          resolve(socket.getProtocol() ?? '');
          socket.destroy();
        },
      );
      socket.on('error', () => resolve('refused'));
    });
  assert.deepEqual([await at('TLSv1.1'), await at('TLSv1.2')], ['refused', 'TLSv1.2']);
});

test('a certificate is renewed without a pause', async (t) => {
  const { send, state, clock, authority } = await start(t);
  assert.match((await send('/livez')).subject, /"one"/);
  state.serving = issueForServer({ ...wish, name: 'two' }, ['127.0.0.1'], authority);
  await settle();
  clock.pass(10_000);
  await settle();
  assert.match((await send('/livez')).subject, /"two"/);
});

test('policies are taken over whole or not at all, and that is said', async (t) => {
  const { images, ask, state, clock, log, send } = await start(t);
  const bad = `r.example/app@${images.add('bad', false)}`;
  const next = async (load: () => Promise<PolicySet>) => {
    state.load = load;
    clock.pass(3000);
    await settle();
    return (await ask(bad))['allowed'];
  };
  const refused = () => Promise.reject(policyError('policy-invalid', 'spec.rulez: unknown'));
  assert.equal(await next(refused), false);
  assert.equal(log.filter(({ event }) => event === 'policies-refused').length, 1);
  assert.match((await send('/metrics')).body, /^bulla_policies_refused 1$/m);
  assert.equal((await send('/readyz')).status, 200);
  assert.equal(await next(() => Promise.resolve({ id: '2', policies: [onlyGood('warn')] })), true);
  assert.match((await send('/metrics')).body, /^bulla_policies_refused 0$/m);
});

test('it is ready when it knows whom to believe, and not any more when it ends', async (t) => {
  const memory = openMemory();
  const images = fakeImages();
  const clock = fakeClock();
  let isDown = true;
  const trustRoot = () =>
    isDown
      ? Promise.reject(new Error('no answer'))
      : Promise.resolve({ certificateAuthorities: [], timestampAuthorities: [], logs: [], certificateLogs: [] });
  const world = { ...worldOf(images, memory, clock), trustRoot };
  const { send, drain, server } = await start(t, { world, memory, clock, needsTrustRoot: true });
  assert.deepEqual([(await send('/readyz')).status, (await send('/livez')).status], [503, 200]);
  isDown = false;
  clock.pass(5000);
  await settle();
  assert.equal((await send('/readyz')).status, 200);
  let answer = () => {};
  images.before = () => new Promise((resolve) => (answer = resolve));
  const digest = images.add('good', true);
  const waiting = send('/validate', reviewOf({ object: podOf([`r.example/app@${digest}`]) }));
  await settle();
  const draining = drain();
  assert.equal(server.isReady(), false);
  images.before = () => Promise.resolve();
  answer();
  assert.equal(asObject(asObject(parseJson((await waiting).body))?.['response'])?.['allowed'], true);
  await draining;
  await assert.rejects(send('/livez'));
});
