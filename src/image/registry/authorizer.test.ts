import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { createAuthorizer } from './authorizer.ts';
import type { Reach } from './guard.ts';
import type { RegistryOptions } from './options.ts';
import {
  fakeSystem,
  getThing,
  openTransport,
  rejects,
  startServer,
  type Reply,
  type ScriptedServer,
  type Seen,
} from './testing.ts';

test('Bearer: a token is fetched for the scope, and used', async (t) => {
  const server = await startServer(t, tokenRegistry());
  const transport = openTransport(t, server.host);
  assert.equal(await getThing(transport), 'secret');
  assert.equal(await getThing(transport), 'secret');
  assert.deepEqual(
    server.seen.map(({ url, headers }) => [url, headers.authorization]),
    [
      ['/v2/app/thing', undefined],
      ['/token?service=test&scope=repository%3Aapp%3Apull', undefined],
      ['/v2/app/thing', 'Bearer token-1'],
      ['/v2/app/thing', 'Bearer token-1'],
    ],
  );
});

test('Bearer: one token request, however many start at once', async (t) => {
  const server = await startServer(t, tokenRegistry());
  const transport = openTransport(t, server.host);
  await Promise.all(Array.from({ length: 8 }, () => getThing(transport)));
  assert.equal(tokenRequests(server).length, 1);
});

test('Bearer: another repository is another scope', async (t) => {
  const server = await startServer(t, tokenRegistry());
  const transport = openTransport(t, server.host);
  await getThing(transport, 'one');
  await getThing(transport, 'two');
  assert.deepEqual(
    tokenRequests(server).map(({ url }) => new URLSearchParams(url.slice(url.indexOf('?'))).getAll('scope')),
    [['repository:one:pull'], ['repository:two:pull']],
  );
});

test('Bearer: a token that has run out is renewed before it is sent', async (t) => {
  const server = await startServer(t, tokenRegistry());
  const system = fakeSystem();
  const transport = openTransport(t, server.host, {}, system);
  await getThing(transport);
  system.pass(299_000);
  await Promise.all(Array.from({ length: 8 }, () => getThing(transport)));
  assert.equal(tokenRequests(server).length, 2);
  assert.equal(server.seen.filter(({ headers }) => headers.authorization === 'Bearer token-2').length, 8);
});

test('Bearer: a token that the registry forgets early is renewed once', async (t) => {
  let forgotten = '';
  const reply = tokenRegistry();
  const server = await startServer(t, (seen) =>
    seen.headers.authorization === forgotten ? reply({ ...seen, headers: { host: seen.headers.host } }) : reply(seen),
  );
  const transport = openTransport(t, server.host);
  await getThing(transport);
  forgotten = 'Bearer token-1';
  await Promise.all(Array.from({ length: 8 }, () => getThing(transport)));
  assert.equal(tokenRequests(server).length, 2);
});

test('Bearer: access_token, extra scopes of the same repository, and no others', async (t) => {
  const scope = 'repository:app:metadata_read repository:app:push repository:other:pull registry:catalog:*';
  const server = await startServer(t, tokenRegistry({ scope, tokenName: 'access_token' }));
  assert.equal(await getThing(openTransport(t, server.host)), 'secret');
  const [asked] = tokenRequests(server);
  const query = new URLSearchParams(asked?.url.slice(asked.url.indexOf('?')));
  assert.deepEqual(query.getAll('scope'), ['repository:app:pull', 'repository:app:metadata_read']);
});

test('Bearer: a password is shown to the token service, and not to the registry', async (t) => {
  const server = await startServer(t, tokenRegistry({ password: 'me:pw' }));
  assert.equal(await getThing(openTransport(t, server.host, login(server, { auth: base64('me:pw') }))), 'secret');
  assert.deepEqual(
    server.seen.map(({ headers }) => headers.authorization),
    [undefined, `Basic ${base64('me:pw')}`, 'Bearer token-1'],
  );
});

test('Bearer: an identity token is posted, and replaced by the one that comes back', async (t) => {
  const server = await startServer(t, tokenRegistry({ refreshToken: 'new' }));
  const system = fakeSystem();
  const transport = openTransport(t, server.host, login(server, { identitytoken: 'old' }), system);
  await getThing(transport);
  system.pass(400_000);
  await getThing(transport);
  assert.deepEqual(
    tokenRequests(server).map(({ method, body }) => [method, Object.fromEntries(new URLSearchParams(body))]),
    ['old', 'new'].map((token) => [
      'POST',
      {
        grant_type: 'refresh_token',
        client_id: 'bulla',
        scope: 'repository:app:pull',
        service: 'test',
        refresh_token: token,
      },
    ]),
  );
});

test('Bearer: a registry token is sent as it is', async (t) => {
  const server = await startServer(t, tokenRegistry());
  const transport = openTransport(t, server.host, login(server, { registrytoken: 'token-0' }));
  assert.equal(await getThing(transport), 'secret');
  assert.equal(tokenRequests(server).length, 0);
});

test('Bearer: who starts while a token is on its way waits for it', async (t) => {
  const reply = tokenRegistry();
  const late: (() => void)[] = [];
  const server = await startServer(t, (seen) => {
    if (!seen.url.startsWith('/token')) return reply(seen);
    return (response) => void late.push(() => response.end('{"token":"token-9"}'));
  });
  const transport = openTransport(t, server.host);
  const first = getThing(transport);
  while (late.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  const second = getThing(transport);
  setTimeout(() => late.forEach((answer) => answer()), 10);
  assert.deepEqual([await first, await second], ['secret', 'secret']);
  assert.equal(server.seen.filter(({ headers }) => headers.authorization === undefined).length, 2);
});

test('a token service may lie as far in as the registry, or only as far as it answers from', async () => {
  for (const [realm, expected] of [
    ['https://registry.example/token', 'loopback'],
    ['https://auth.example/token', 'private'],
  ] as const) {
    const reaches: Reach[] = [];
    const authorizer = createAuthorizer('registry.example', {}, fakeSystem(), (_question, reach) => {
      reaches.push(reach);
      return Promise.reject(new Error('enough'));
    });
    const url = new URL('https://registry.example/v2/');
    const refusal = { challenges: [`Bearer realm="${realm}"`], url, reach: 'private' } as const;
    await assert.rejects(authorizer.renew({ repository: 'app', actions: 'pull' }, refusal, undefined), /enough/);
    assert.deepEqual(reaches, [expected]);
  }
});

test('Basic: the password is sent once it is asked for', async (t) => {
  const server = await startServer(t, basicRegistry);
  const transport = openTransport(t, server.host, login(server, { auth: base64('me:pw') }));
  assert.equal(await getThing(transport), 'secret');
  assert.equal(await getThing(transport), 'secret');
  assert.equal(server.seen.length, 3);
  assert.equal(server.seen[0]?.headers.authorization, undefined);
});

test('several challenges: those that we do not know are passed over', async (t) => {
  const server = await startServer(t, (seen) => {
    const answer = basicRegistry(seen);
    if (typeof answer === 'function' || answer.status !== 401) return answer;
    return { ...answer, headers: { 'www-authenticate': ['Negotiate', 'Bearer error="x", Basic realm="y"'] } };
  });
  assert.equal(await getThing(openTransport(t, server.host, login(server, { auth: base64('me:pw') }))), 'secret');
});

test('401 is an error that tells to log in, whether with wrong credentials or none', async (t) => {
  const server = await startServer(t, basicRegistry);
  await rejects(
    getThing(openTransport(t, server.host)),
    'registry-unauthorized',
    /without logging in/,
    /docker login 127/,
  );
  const wrong = login(server, { auth: base64('me:wrong-password-1') });
  const error = await rejects(
    getThing(openTransport(t, server.host, wrong)),
    'registry-unauthorized',
    /stored credentials/,
    /old/,
  );
  assert.ok(!JSON.stringify([error.message, error.hint]).includes('wrong-password-1'));
  const asked = server.seen.length;
  assert.equal(asked, 3, 'the same password is not tried twice');
});

test('a token service that refuses, fails or talks nonsense is an error', async (t) => {
  const cases: readonly (readonly [Reply, string, RegExp])[] = [
    [{ status: 401, body: '{"details":"incorrect username or password"}' }, 'registry-unauthorized', /incorrect user/],
    [{ status: 403, body: '{"errors":[{"code":"DENIED","message":"no"}]}' }, 'registry-denied', /DENIED no/],
    [{ status: 500 }, 'registry-failed', /answered 500/],
    [{ body: '{"token":""}' }, 'registry-failed', /no usable token/],
    [{ body: '{"token":"a\\r\\nb"}' }, 'registry-failed', /no usable token/],
    [{ body: '{' }, 'registry-failed', /no usable token/],
    [{ body: `{"token":"${'x'.repeat(300_000)}"}` }, 'registry-failed', /no usable token/],
  ];
  for (const [answer, code, message] of cases) {
    const registry = tokenRegistry();
    const server = await startServer(t, (seen) => (seen.url.startsWith('/token') ? answer : registry(seen)));
    await rejects(getThing(openTransport(t, server.host)), code, message, /./);
  }
});

/** Options with a docker configuration that has one login. */
function login({ host }: ScriptedServer, entry: object): RegistryOptions {
  const dockerConfig = newFolder('login');
  writeFileSync(join(dockerConfig, 'config.json'), JSON.stringify({ auths: { [host]: entry } }));
  return { dockerConfig };
}

function basicRegistry({ headers }: Seen): Reply {
  if (headers.authorization === `Basic ${base64('me:pw')}`) return { body: 'secret' };
  return {
    status: 401,
    headers: { 'www-authenticate': 'Basic realm="test"' },
    body: '{"errors":[{"code":"UNAUTHORIZED"}]}',
  };
}

interface TokenRegistry {
  readonly scope?: string;
  readonly tokenName?: string;
  readonly password?: string;
  readonly refreshToken?: string;
}

/** A registry with its own token service at /token, whose tokens count up and last 300 s. */
function tokenRegistry({ scope, tokenName = 'token', password, refreshToken }: TokenRegistry = {}) {
  let given = 0;
  return ({ url, headers }: Seen): Reply => {
    if (url.startsWith('/token')) {
      if (password !== undefined && headers.authorization !== `Basic ${base64(password)}`) return { status: 401 };
      given += 1;
      const body = { [tokenName]: `token-${given}`, expires_in: 300, refresh_token: refreshToken };
      return { body: JSON.stringify(body) };
    }
    if (/^Bearer token-\d$/.test(headers.authorization ?? '')) return { body: 'secret' };
    const more = scope === undefined ? '' : `,scope="${scope}"`;
    const challenge = `Bearer realm="http://${headers.host ?? ''}/token",service="test"${more}`;
    return { status: 401, headers: { 'www-authenticate': challenge } };
  };
}

function tokenRequests({ seen }: ScriptedServer): Seen[] {
  return seen.filter(({ url }) => url.startsWith('/token'));
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
