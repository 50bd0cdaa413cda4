import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { BullaError } from '#kit/error.ts';
import type { Question } from './exchange.ts';
import type { RegistryOptions } from './options.ts';
import { admit, followRedirects } from './redirect.ts';
import { fakeSystem, getThing, openTransport, rejects, startServer, type Reply, type Seen } from './testing.ts';

for (const status of [301, 302, 303, 307, 308]) {
  test(`${status} leads to another origin, without credentials`, async (t) => {
    const storage = await startServer(t, () => ({ body: 'content' }));
    const server = await startServer(t, behindToken({ status, headers: { location: `${storage.origin}/x?sig=1#y` } }));
    assert.equal(await get(t, server.host), 'content');
    const [seen] = storage.seen;
    assert.equal(server.seen.at(-1)?.headers.authorization, 'Bearer t');
    assert.equal(seen?.headers.authorization, undefined);
    assert.equal(seen?.url, '/x?sig=1');
    assert.equal(seen.headers['accept-encoding'], 'identity');
  });
}

test('within one origin the credentials go along', async (t) => {
  const server = await startServer(t, (seen) =>
    seen.url === '/moved' ? { body: seen.headers.authorization ?? '' } : behindToken(redirect('/moved'))(seen),
  );
  assert.equal(await get(t, server.host), 'Bearer t');
});

test('credentials that were dropped stay dropped when the way leads back', async (t) => {
  const away = await startServer(t, ({ url }) => redirect(url.slice(1)));
  const server = await startServer(t, (seen) =>
    seen.url === '/back'
      ? { body: seen.headers.authorization ?? 'none' }
      : behindToken(redirect(`${away.origin}/http://${seen.headers.host ?? ''}/back`))(seen),
  );
  // The path of `away` is the URL that it redirects to.
  assert.equal(await get(t, server.host), 'none');
});

test('a user name in a redirect is not sent', async (t) => {
  const storage = await startServer(t, () => ({ body: 'content' }));
  const server = await startServer(t, () => redirect(`http://me:pw@${storage.host}/x`));
  assert.equal(await get(t, server.host), 'content');
  assert.equal(storage.seen[0]?.headers.authorization, undefined);
});

test('a 401 from where we were redirected to gets no credentials', async (t) => {
  const challenge = (origin: string): Reply => ({
    status: 401,
    headers: { 'www-authenticate': `Bearer realm="${origin}/token"` },
  });
  const storage = await startServer(t, ({ headers }) => challenge(`http://${headers.host ?? ''}`));
  const server = await startServer(t, () => redirect(`${storage.origin}/x`));
  await rejects(get(t, server.host), 'registry-unauthorized', /may not be read/);
  assert.deepEqual(
    storage.seen.map(({ url }) => url),
    ['/x'],
  );
});

test('redirects are bounded', async (t) => {
  const server = await startServer(t, () => redirect('/v2/app/thing'));
  await rejects(get(t, server.host), 'registry-redirect-refused', /more than 5 times/);
  assert.equal(server.seen.length, 6);
});

const metadata = [
  'http://169.254.169.254/latest/meta-data',
  'http://[fd00:ec2::254]/latest',
  'http://[::ffff:a9fe:a9fe]/',
  'http://0.0.0.0:1/',
  'http://metadata.example/',
];

for (const target of metadata) {
  test(`nobody may send us to ${target}`, async (t) => {
    const server = await startServer(t, () => redirect(target));
    await rejects(get(t, server.host), 'registry-redirect-refused', /no registry uses/);
  });
  test(`nor may ask for a token there`, async (t) => {
    const server = await startServer(t, () => ({
      status: 401,
      headers: { 'www-authenticate': `Bearer realm="${target}"` },
    }));
    await rejects(get(t, server.host), 'registry-redirect-refused', /no registry uses/);
  });
}

test('a registry that a name leads to on this machine may send us elsewhere on it', async (t) => {
  const storage = await startServer(t, () => ({ body: 'content' }));
  const server = await startServer(t, () => redirect(storage.origin));
  const host = server.host.replace('127.0.0.1', 'r.example');
  assert.equal(await get(t, host, { insecure: [host] }), 'content');
});

const refused: readonly (readonly [string, RegExp])[] = [
  ['ftp://storage.example/', /gives up TLS/],
  ['file:///etc/passwd', /gives up TLS/],
  ['http://', /not a URL/],
];

for (const [target, message] of refused) {
  test(`a redirect to ${target} is refused`, async (t) => {
    const server = await startServer(t, () => redirect(target));
    await rejects(get(t, server.host), 'registry-redirect-refused', message);
  });
}

test('whoever we are sent to may lie only as far in as who sent us', async () => {
  const asked: Question[] = [];
  const first = { method: 'GET', url: new URL('https://registry.example/x'), headers: {}, silence: 1 } as const;
  await followRedirects({ ...first, reach: 'loopback' }, async (question) => {
    asked.push(question);
    const location = ['/y', 'https://storage.example/', '/z'][asked.length - 1];
    const answer = { status: location === undefined ? 200 : 307, headers: { location }, challenges: [] };
    const body = (async function* empty() {})();
    const reach = question.url.host === 'registry.example' ? 'private' : 'public';
    return { ...answer, url: question.url, reach, body, discard: () => undefined };
  });
  assert.deepEqual(
    asked.map(({ url, reach }) => [url.href, reach]),
    [
      ['https://registry.example/x', 'loopback'],
      ['https://registry.example/y', 'loopback'],
      ['https://storage.example/', 'private'],
      ['https://storage.example/z', 'private'],
    ],
  );
});

const base = new URL('https://registry.example/v2/');
const admissions: readonly (readonly [string, 'public' | 'private' | 'loopback', boolean])[] = [
  ['/relative', 'public', true],
  ['https://storage.example/x', 'public', true],
  ['http://storage.example/x', 'public', false],
  ['http://registry.example/x', 'loopback', false],
  ['https://10.0.0.1/x', 'public', false],
  ['https://10.0.0.1/x', 'private', true],
  ['https://127.0.0.1/x', 'private', false],
  ['https://localhost/x', 'public', false],
];

for (const [target, reach, isAdmitted] of admissions) {
  test(`a ${reach} registry ${isAdmitted ? 'may' : 'may not'} name ${target}`, () => {
    const work = () => admit(target, { url: base, reach });
    if (isAdmitted) work();
    else assert.throws(work, (error) => error instanceof BullaError && error.code === 'registry-redirect-refused');
  });
}

test('any text is a URL over TLS to a public place, or refused', () => {
  const text = fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc.ipV4().map((address) => `//${address}`),
  );
  fc.assert(
    fc.property(text, (target) => {
      try {
        const url = admit(target, { url: base, reach: 'public' });
        assert.deepEqual([url.protocol, url.username, url.password, url.hash], ['https:', '', '', '']);
      } catch (error) {
        assert.ok(error instanceof BullaError && error.code === 'registry-redirect-refused');
      }
    }),
  );
});

test('a secret in a redirect is in no error', async (t) => {
  const targets = [
    ['http://127.0.0.1:1/x?X-Amz-Signature=topsecret', 'registry-unreachable'],
    ['ftp://me:topsecret@x/topsecret?topsecret', 'registry-redirect-refused'],
  ] as const;
  for (const [target, code] of targets) {
    const server = await startServer(t, () => redirect(target));
    const error = await rejects(get(t, server.host), code, /./);
    assert.ok(!JSON.stringify([error.message, error.hint, error.at]).includes('topsecret'));
  }
});

function get(t: TestContext, host: string, options: RegistryOptions = {}): Promise<string> {
  const system = fakeSystem({ 'metadata.example': '169.254.169.254', 'r.example': '127.0.0.1' });
  return getThing(openTransport(t, host, options, system));
}

function redirect(location: string): Reply {
  return { status: 307, headers: { location } };
}

/** A registry that gives everybody the token "t", and then this reply. */
function behindToken(reply: Reply): (seen: Seen) => Reply {
  return ({ url, headers }) => {
    if (url.startsWith('/token')) return { body: '{"token":"t"}' };
    if (headers.authorization === 'Bearer t') return reply;
    const challenge = `Bearer realm="http://${headers.host ?? ''}/token"`;
    return { status: 401, headers: { 'www-authenticate': challenge } };
  };
}
