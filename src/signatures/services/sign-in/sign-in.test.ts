import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { signInWithBrowser } from './browser.ts';
import { signInElsewhere } from './device.ts';
import { startIssuer, type IssuerFaults } from './fake-issuer.ts';
import { discover, type Issuer } from './issuer.ts';
import { listenForCode } from './redirect.ts';

async function start(t: TestContext, faults?: IssuerFaults): Promise<Issuer> {
  const { url, close } = await startIssuer(faults);
  t.after(close);
  return discover({ issuer: url, clientId: 'sigstore' });
}

/** A browser, and somebody who agrees to everything. */
const agree = (url: string) => void fetch(url).catch(() => undefined);

const claimsOf = (token: string): unknown => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

test('whoever signs in with a browser gets a token', async (t) => {
  const issuer = await start(t);
  const token = await signInWithBrowser(issuer, (url) => {
    const asked = new URL(url).searchParams;
    assert.deepEqual([asked.get('scope'), asked.get('client_id')], ['openid email', 'sigstore']);
    assert.match(asked.get('redirect_uri') ?? '', /^http:\/\/localhost:\d+\/auth\/callback$/);
    agree(url);
  });
  const { email, iss } = claimsOf(token) as { email: string; iss: string };
  assert.deepEqual([email, iss], ['somebody@example.com', issuer.issuer]);
});

const refused: readonly (readonly [what: string, code: string, faults: IssuerFaults])[] = [
  ['another issuer', 'token-invalid', { claims: { iss: 'https://evil.example' } }],
  ['another program', 'token-invalid', { claims: { aud: 'other' } }],
  ['another question', 'token-invalid', { claims: { nonce: 'other' } }],
  ['no question', 'token-invalid', { claims: { nonce: undefined } }],
  ['a time that is over', 'token-invalid', { claims: { exp: 1 } }],
];

for (const [what, code, faults] of refused) {
  test(`a token of ${what} is refused`, async (t) => {
    await assert.rejects(signInWithBrowser(await start(t, faults), agree), { code });
  });
}

test('a code that the issuer does not know gives no token', async (t) => {
  const issuer = await start(t, { redirect: { code: 'stolen' } });
  await assert.rejects(signInWithBrowser(issuer, agree), { code: 'service-failed' });
});

test('a browser that comes with another state, from another issuer or to another place is not listened to', async () => {
  const { url, code, close } = await listenForCode('state', 'https://issuer.example', 10_000);
  try {
    for (const query of [
      'code=stolen&state=other',
      'code=stolen',
      'code=stolen&state=state&iss=https://evil.example',
    ]) {
      assert.equal((await fetch(`${url}?${query}`)).status, 400);
    }
    assert.match(await rawAnswer(url, '//'), /^HTTP\/1\.1 400 /);
    assert.equal((await fetch(`${url}x?code=stolen&state=state`)).status, 400);
    assert.equal((await fetch(`${url}?code=stolen&state=state`, { method: 'POST' })).status, 400);
    assert.equal((await fetch(`${url}?code=right&state=state&iss=https://issuer.example`)).status, 200);
    assert.equal(await code, 'right');
  } finally {
    close();
  }
});

/** The answer to a request whose target is written as no browser writes it. */
async function rawAnswer(url: string, target: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.end(`GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
  return text(socket);
}

test('who refuses, and who does not come, is not signed in', async () => {
  const one = await listenForCode('state', 'https://issuer.example', 10_000);
  await fetch(`${one.url}?error=access_denied&state=state`);
  await assert.rejects(one.code, { code: 'token-missing', message: /access_denied/ });
  one.close();
  const other = await listenForCode('state', 'https://issuer.example', 1);
  await assert.rejects(other.code, { code: 'token-missing' });
  other.close();
});

const untrusted: readonly (readonly [what: string, metadata: Readonly<Record<string, unknown>>])[] = [
  ['calls itself another', { issuer: 'https://evil.example' }],
  ['sends the person where others listen', { authorization_endpoint: 'http://evil.example/auth' }],
  ['has no place for codes', { token_endpoint: undefined }],
  ['has a place for codes that is a file', { token_endpoint: 'file:///etc/passwd' }],
];

for (const [what, metadata] of untrusted) {
  test(`an issuer that ${what} is not asked`, async (t) => {
    await assert.rejects(start(t, { metadata }), { code: 'service-invalid' });
  });
}

test('an issuer elsewhere is only asked by TLS', async () => {
  for (const issuer of ['http://issuer.example', 'nonsense', '']) {
    await assert.rejects(discover({ issuer, clientId: 'sigstore' }), { code: 'service-invalid' });
  }
});

test('whoever signs in elsewhere gets a token, after a while', async (t) => {
  const issuer = await start(t, { device: ['authorization_pending', 'slow_down'] });
  const shown: string[] = [];
  const token = await signInElsewhere(issuer, (...told) => void shown.push(...told), 1);
  assert.deepEqual(shown, [`${issuer.issuer}/go`, 'ABCD-EFGH']);
  assert.equal((claimsOf(token) as { email: string }).email, 'somebody@example.com');
});

test('who refuses elsewhere, or takes too long, is not signed in', async (t) => {
  await assert.rejects(
    signInElsewhere(await start(t, { device: ['access_denied'] }), () => undefined, 1),
    {
      code: 'token-missing',
      message: /access_denied/,
    },
  );
  const endless = Array.from({ length: 100 }, () => 'authorization_pending');
  await assert.rejects(
    signInElsewhere(await start(t, { device: endless }), () => undefined, 1),
    {
      message: /the code has expired/,
    },
  );
  const without = await start(t, { metadata: { device_authorization_endpoint: undefined } });
  await assert.rejects(
    signInElsewhere(without, () => undefined, 1),
    { code: 'token-missing' },
  );
});
