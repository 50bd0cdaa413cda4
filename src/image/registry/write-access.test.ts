import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { fakeRegistry } from './fake-registry.ts';
import { pushBlob } from './push-blob.ts';
import { pushManifest } from './push-manifest.ts';
import {
  contentOf,
  getThing,
  openTransport,
  rejects,
  startServer,
  tinyImage,
  type Reply,
  type Seen,
} from './testing.ts';

const { bytes, descriptor } = contentOf('content', 'x');

test('a token is fetched for reading and writing, and one for all that is written', async (t) => {
  const { transport, tokens } = await start(t);
  await getThing(transport);
  await pushBlob(transport, 'app', descriptor, bytes);
  await pushBlob(transport, 'app', contentOf('more', 'x').descriptor, Buffer.from('more'));
  assert.deepEqual(tokens(), [['repository:app:pull'], ['repository:app:pull,push']]);
});

test('a challenge that speaks only of reading is answered for writing', async (t) => {
  const { transport, tokens } = await start(t, { said: 'repository:app:pull' });
  await pushBlob(transport, 'app', descriptor, bytes);
  assert.deepEqual(tokens(), [['repository:app:pull,push', 'repository:app:pull']]);
});

test('a registry that all may read asks for a token only when it is written', async (t) => {
  const { transport, seen } = await start(t, { isPublic: true });
  await pushBlob(transport, 'app', descriptor, bytes);
  assert.deepEqual(
    seen.map(({ method, headers }) => [method, headers.authorization]),
    [
      ['HEAD', undefined],
      ['POST', undefined],
      ['GET', undefined],
      ['POST', 'Bearer push'],
      ['PUT', 'Bearer push'],
    ],
  );
});

test('to mount, the other repository may be read', async (t) => {
  const { transport, tokens } = await start(t, { mounts: true });
  await pushBlob(transport, 'app', descriptor, bytes, { mountFrom: 'base' });
  assert.deepEqual(tokens(), [['repository:app:pull,push'], ['repository:app:pull,push', 'repository:base:pull']]);
});

test('a token service that does not let us read the other repository loses us nothing', async (t) => {
  const { transport, fake } = await start(t, { denied: 'repository:base:pull' });
  await pushBlob(transport, 'app', descriptor, bytes, { mountFrom: 'base' });
  assert.ok(fake.blobs.has(`app@${descriptor.digest}`));
});

test('an account that may only read is told so', async (t) => {
  const { transport } = await start(t, { mayWrite: false, login: 'me:pw' });
  await rejects(
    pushBlob(transport, 'app', descriptor, bytes),
    'registry-write-denied',
    /does not take the blob/,
    /may write/,
  );
  const { manifest } = tinyImage();
  const tagged = pushManifest(transport, 'app', { mediaType: 'x/y', bytes: manifest.bytes }, '1');
  await rejects(tagged, 'registry-write-denied', /the tag 1 into/);
});

test('who is not logged in is told to log in', async (t) => {
  const { transport } = await start(t, { mayWrite: false });
  await rejects(
    pushBlob(transport, 'app', descriptor, bytes),
    'registry-unauthorized',
    /written without/,
    /docker login/,
  );
});

test('a token service that denies writing', async (t) => {
  const { transport } = await start(t, { denied: 'repository:app:pull,push' });
  await rejects(pushBlob(transport, 'app', descriptor, bytes), 'registry-write-denied', /a token/, /may write/);
});

interface TokenOptions {
  /** The scope that challenges name. */
  readonly said?: string;
  readonly isPublic?: boolean;
  readonly mounts?: boolean;
  /** A scope for which there is no token. */
  readonly denied?: string;
  /** Whether a token for writing is one, whoever asks. */
  readonly mayWrite?: boolean;
  readonly login?: string;
}

/** A registry whose tokens are `pull` and `push`. */
async function start(t: TestContext, options: TokenOptions = {}) {
  const { said, isPublic = false, denied, mayWrite = true, login } = options;
  const fake = fakeRegistry({ mounts: options.mounts });
  fake.blobs.set(`base@${descriptor.digest}`, bytes);
  const scopes = ({ url }: Seen) => new URL(url, 'http://x').searchParams.getAll('scope');
  const isToken = ({ url }: Seen) => url.startsWith('/token');

  function reply(seen: Seen): Reply {
    if (isToken(seen)) {
      if (scopes(seen).some((scope) => scope === denied)) return { status: 403 };
      const isWrite = mayWrite && scopes(seen).some((scope) => scope.endsWith(':pull,push'));
      return { body: JSON.stringify({ token: isWrite ? 'push' : 'pull' }) };
    }
    const isRead = seen.method === 'GET' || seen.method === 'HEAD';
    const { authorization } = seen.headers;
    const isAllowed = isRead ? isPublic || authorization !== undefined : authorization === 'Bearer push';
    if (isAllowed) return seen.url.endsWith('/thing') ? { body: 'x' } : fake.reply(seen);
    const parameters = [
      `realm="http://${seen.headers.host ?? ''}/token"`,
      ...(said === undefined ? [] : [`scope="${said}"`]),
      ...(authorization === undefined ? [] : ['error="insufficient_scope"']),
    ];
    return { status: 401, headers: { 'www-authenticate': `Bearer ${parameters.join(',')}` } };
  }

  const { host, seen } = await startServer(t, reply);
  const dockerConfig = newFolder('login');
  const auth = Buffer.from(login ?? '').toString('base64');
  const auths = login === undefined ? {} : { [host]: { auth } };
  writeFileSync(join(dockerConfig, 'config.json'), JSON.stringify({ auths }));
  const transport = openTransport(t, host, { dockerConfig });
  return { fake, seen, transport, tokens: () => seen.filter(isToken).map(scopes) };
}
