import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { BullaError } from '#kit/error.ts';
import { newFolder } from '#kit/testing.ts';
import { findCredentials, type Credentials } from './credentials.ts';

const basic = (pair: string) => ({ auth: Buffer.from(pair).toString('base64') });
const login = (username: string, password: string): Credentials => ({ kind: 'password', username, password });
const anonymous: Credentials = { kind: 'anonymous' };

const files: readonly (readonly [string, unknown, string, Credentials])[] = [
  ['nothing', {}, 'r.example/app', anonymous],
  ['auth', { auths: { 'r.example': basic('me:pass:word') } }, 'r.example/app', login('me', 'pass:word')],
  ['zero bytes', { auths: { 'r.example': basic('me:pw\0\0') } }, 'r.example/app', login('me', 'pw')],
  ['another host', { auths: { 'x.example': basic('me:pw') } }, 'r.example/app', anonymous],
  ['another port', { auths: { 'r.example:5000': basic('me:pw') } }, 'r.example/app', anonymous],
  ['a port', { auths: { 'r.example:5000': basic('me:pw') } }, 'r.example:5000/app', login('me', 'pw')],
  ['the usual port', { auths: { 'https://r.example:443/v2/': basic('me:pw') } }, 'r.example/app', login('me', 'pw')],
  ['a host that only starts alike', { auths: { 'r.example.evil': basic('me:pw') } }, 'r.example/app', anonymous],
  ['a URL', { auths: { 'https://r.example/v1/': basic('me:pw') } }, 'r.example/app', login('me', 'pw')],
  [
    'Docker Hub',
    { auths: { 'https://index.docker.io/v1/': basic('me:pw') } },
    'docker.io/library/app',
    login('me', 'pw'),
  ],
  ['Docker Hub as podman has it', { auths: { 'docker.io': basic('me:pw') } }, 'docker.io/a/b', login('me', 'pw')],
  [
    'Docker Hub is for it alone',
    { auths: { 'https://index.docker.io/v1/': basic('me:pw') } },
    'r.example/a',
    anonymous,
  ],
  ['plain fields', { auths: { 'r.example': { username: 'me', password: 'pw' } } }, 'r.example/app', login('me', 'pw')],
  [
    'an identity token',
    { auths: { 'r.example': { ...basic('me:'), identitytoken: 'id' } } },
    'r.example/app',
    { kind: 'identity-token', token: 'id' },
  ],
  [
    'an identity token as a password',
    { auths: { 'r.example': basic('<token>:id') } },
    'r.example/app',
    { kind: 'identity-token', token: 'id' },
  ],
  [
    'a registry token',
    { auths: { 'r.example': { registrytoken: 'rt' } } },
    'r.example/app',
    { kind: 'registry-token', token: 'rt' },
  ],
  [
    'the nearest folder',
    { auths: { 'r.example': basic('a:a'), 'r.example/team': basic('b:b'), 'r.example/team/app/x': basic('c:c') } },
    'r.example/team/app',
    login('b', 'b'),
  ],
  ['not a folder that only starts alike', { auths: { 'r.example/te': basic('b:b') } }, 'r.example/team/app', anonymous],
  [
    'a registry token that is no header',
    { auths: { 'r.example': { registrytoken: 'a\nb' } } },
    'r.example/app',
    anonymous,
  ],
  ['an empty entry', { auths: { 'r.example': {} } }, 'r.example/app', anonymous],
  ['damaged entries', { auths: { 'r.example': { auth: '%%%' }, x: 7 } }, 'r.example/app', anonymous],
  ['wrong types', { auths: ['r.example'], credHelpers: 7, credsStore: {} }, 'r.example/app', anonymous],
];

for (const [name, content, repository, expected] of files) {
  test(`credentials: ${name}`, async () => {
    const dockerConfig = folder({ 'config.json': JSON.stringify(content) });
    assert.deepEqual(await find(repository, { dockerConfig }), expected);
  });
}

test('credentials: the files that count, and their order', async () => {
  const file = (user: string) => JSON.stringify({ auths: { 'r.example': basic(`${user}:pw`) } });
  const home = folder({
    '.docker/config.json': file('docker'),
    'own/config.json': file('own'),
    'named.json': file('named'),
    'run/containers/auth.json': file('run'),
    '.config/containers/auth.json': file('podman'),
    'bare/.config/containers/auth.json': file('bare'),
  });
  const cases: readonly (readonly [Record<string, string>, string])[] = [
    [{ HOME: home }, 'docker'],
    [{ HOME: home, DOCKER_CONFIG: join(home, 'own') }, 'own'],
    [{ HOME: home, DOCKER_CONFIG: '' }, 'docker'],
    [{ HOME: home, REGISTRY_AUTH_FILE: join(home, 'named.json') }, 'named'],
    [{ HOME: join(home, 'none'), XDG_RUNTIME_DIR: join(home, 'run') }, 'run'],
    [{ HOME: home, DOCKER_CONFIG: join(home, 'none') }, 'podman'],
    [{ HOME: join(home, 'bare') }, 'bare'],
  ];
  for (const [environment, user] of cases) {
    assert.deepEqual(await find('r.example/app', { environment }), login(user, 'pw'));
  }
  assert.deepEqual(await find('r.example/app', {}), anonymous);
});

test('credentials: a file that cannot be read is an error, not anonymity', async () => {
  for (const content of ['{', '[]', 'x'.repeat(2 << 20)]) {
    const dockerConfig = folder({ 'config.json': content });
    await assert.rejects(find('r.example/app', { dockerConfig }), isUnreadable);
  }
  await assert.rejects(find('r.example/app', { dockerConfig: folder({ 'config.json/x': '' }) }), isUnreadable);
});

const good = (username: string, secret: string) =>
  `read server; echo "$server" > "$LOG"; echo '{"ServerURL":"x","Username":"${username}","Secret":"${secret}"}'`;

const helpers: readonly (readonly [string, string, unknown, string, Credentials | RegExp])[] = [
  ['for a host', good('me', 'pw'), { credHelpers: { 'r.example': 'test' } }, 'r.example/a', login('me', 'pw')],
  ['for all hosts', good('me', 'pw'), { credsStore: 'test' }, 'r.example/a', login('me', 'pw')],
  ['for another host', 'exit 1', { credHelpers: { 'x.example': 'test' } }, 'r.example/a', anonymous],
  [
    'with a token',
    good('<token>', 'id'),
    { credsStore: 'test' },
    'r.example/a',
    { kind: 'identity-token', token: 'id' },
  ],
  [
    'that has nothing',
    'echo "credentials not found in native keychain"; exit 1',
    { credsStore: 'test' },
    'r.example/a',
    anonymous,
  ],
  [
    'that has nothing, and the file has',
    'echo "credentials not found in native keychain"; exit 1',
    { credsStore: 'test', auths: { 'r.example': basic('me:pw') } },
    'r.example/a',
    login('me', 'pw'),
  ],
  ['that fails', 'echo "keychain is locked"; exit 1', { credsStore: 'test' }, 'r.example/a', /keychain is locked/],
  ['that talks nonsense', 'echo hello', { credsStore: 'test' }, 'r.example/a', /not what helpers answer/],
  [
    'that does not stop',
    'while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done',
    { credsStore: 'test' },
    'r.example/a',
    /too much/,
  ],
  ['that is missing', '', { credsStore: 'absent' }, 'r.example/a', /not on the PATH/],
  ['with a path in its name', '', { credsStore: '../../evil' }, 'r.example/a', /not the name of a helper/],
  ['with an option as its name', '', { credHelpers: { 'r.example': '-x' } }, 'r.example/a', /not the name/],
];

for (const [name, script, content, repository, expected] of helpers) {
  test(`credential helper ${name}`, async () => {
    const home = folder({ 'config.json': JSON.stringify(content), log: '' });
    const program = join(home, 'docker-credential-test');
    writeFileSync(program, `#!/bin/sh\n[ "$1" = get ] || exit 9\n${script}\n`, { mode: 0o755 });
    const environment = { PATH: `${home}:/usr/bin:/bin`, LOG: join(home, 'log') };
    const found = find(repository, { dockerConfig: home, environment });
    if (!(expected instanceof RegExp)) return assert.deepEqual(await found, expected);
    await assert.rejects(found, (error) => isUnreadable(error) && expected.test(error.message));
  });
}

test('texts that are given are asked first, and only about their hosts', async () => {
  const home = folder({ 'config.json': JSON.stringify({ auths: { 'r.example': basic('file:pw') } }) });
  const credentials = ['{', JSON.stringify({ auths: { 'r.example/team': basic('text:pw') } })];
  const options = { dockerConfig: home, credentials };
  assert.deepEqual(await find('r.example/team/app', options), login('text', 'pw'));
  assert.deepEqual(await find('r.example/app', options), login('file', 'pw'));
  assert.deepEqual(await find('r.example.evil/team/app', options), anonymous);
});

test('credential helpers know Docker Hub by its old name', async () => {
  const home = folder({ 'config.json': JSON.stringify({ credHelpers: { 'docker.io': 'test' } }) });
  const script = `#!/bin/sh\nread server; echo "{\\"Username\\":\\"$server\\",\\"Secret\\":\\"pw\\"}"\n`;
  writeFileSync(join(home, 'docker-credential-test'), script, { mode: 0o755 });
  const found = await find('docker.io/library/a', {
    dockerConfig: home,
    environment: { PATH: `${home}:/usr/bin:/bin` },
  });
  assert.deepEqual(found, login('https://index.docker.io/v1/', 'pw'));
});

function find(name: string, options: Parameters<typeof findCredentials>[2]): Promise<Credentials> {
  const slash = name.indexOf('/');
  return findCredentials(name.slice(0, slash), name.slice(slash + 1), options);
}

function isUnreadable(error: unknown): error is BullaError {
  return error instanceof BullaError && error.code === 'credentials-unreadable' && error.hint !== undefined;
}

function folder(content: Readonly<Record<string, string>>): string {
  const path = newFolder('credentials');
  for (const [name, text] of Object.entries(content)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}
