import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { serveImage, startServer, tinyImage } from '#image/registry/testing.ts';
import { newFolder } from '#kit/testing.ts';
import { createBox } from '#signatures/box/box.ts';
import { bulla, checkout, command, fillDatabase, missingPrograms, type Run, type RunOptions } from './bulla.ts';
import { writeSmallFeed, writeSmallImage } from './small-image.ts';

describe('Offline means offline', () => {
  let image = '';
  let database = '';
  let archive = '';
  before(async () => {
    image = writeSmallImage();
    database = await fillDatabase('database', writeSmallFeed());
    archive = join(newFolder('export'), 'advisories.tar.gz');
    await bulla(['db', 'export', archive, '--database', database]);
  });

  /** Runs it with a note of every connection, every datagram and every name that is looked up. */
  async function watched(
    words: readonly string[],
    options: Partial<RunOptions> = {},
  ): Promise<Run & { asked: string }> {
    const file = join(newFolder('watch'), 'asked');
    const recorder = pathToFileURL(join(import.meta.dirname, 'record-connections.mjs')).href;
    const env = { NODE_OPTIONS: `--import=${recorder}`, BULLA_TEST_CONNECTIONS: file, ...options.env };
    const run = await bulla(words, { ...options, env });
    return { ...run, asked: existsSync(file) ? readFileSync(file, 'utf8') : '' };
  }

  const signed = signedFile();
  const files = filesWithImages();

  const commands: readonly { readonly words: () => readonly string[]; readonly code: number }[] = [
    { words: () => ['scan', image, '--offline', '--database', newFolder('none')], code: 3 },
    { words: () => ['scan', image, '--offline', '--database', database], code: 0 },
    { words: () => ['scan', 'example.com/app:1', '--offline', '--database', database], code: 2 },
    { words: () => ['scan', 'registry:127.0.0.1:5000/app:1', '--offline', '--database', database], code: 2 },
    { words: () => ['scan', 'purl:pkg:npm/kettle@1.0.0', '--offline', '--database', newFolder('none')], code: 3 },
    { words: () => ['sbom', image, '--offline'], code: 0 },
    { words: () => ['sbom', 'example.com/app:1', '--offline'], code: 2 },
    { words: () => ['explain', 'CVE-2024-90001', image, '--offline', '--database', database], code: 1 },
    { words: () => ['explain', 'CVE-2024-90001', 'example.com/app:1', '--offline', '--database', database], code: 2 },
    { words: () => ['db', 'update', 'npm', '--offline', '--database', newFolder('none')], code: 2 },
    {
      words: () => [
        'db',
        'update',
        'npm',
        '--offline',
        '--from',
        'http://127.0.0.1:9/',
        '--database',
        newFolder('none'),
      ],
      code: 2,
    },
    { words: () => ['db', 'update', '--offline', '--database', database], code: 0 },
    { words: () => ['db', 'status', '--offline', '--database', database], code: 0 },
    { words: () => ['db', 'prune', '--offline', '--database', database], code: 0 },
    {
      words: () => ['db', 'export', join(newFolder('export'), 'x.tar.gz'), '--offline', '--database', database],
      code: 0,
    },
    { words: () => ['db', 'import', archive, '--offline', '--database', newFolder('none')], code: 0 },
    // What needs nothing from the network asks it for nothing.
    { words: () => ['scan', image, '--database', database], code: 0 },
    { words: () => ['scan', `dir:${newFolder('root')}`, '--database', database], code: 3 },
    { words: () => ['sbom', image], code: 0 },
    { words: () => ['explain', 'CVE-2024-90001', image, '--database', database], code: 1 },
    { words: () => ['versions', 'dpkg', '1.0', '1.1'], code: 0 },
    { words: () => ['db', 'status', '--database', database], code: 0 },
    // Verifying a file, by a trusted root and by a key; the images are in a registry.
    { words: () => ['verify', '--offline', ...signed.keyless], code: 0 },
    { words: () => ['verify', ...signed.keyless], code: 0 },
    { words: () => ['verify', '--offline', ...signed.keyless, '--trigger', 'push'], code: 1 },
    { words: () => ['verify', '--offline', ...signed.withKey], code: 0 },
    { words: () => ['verify', ...signed.withKey], code: 0 },
    { words: () => ['verify', '--offline', ...signed.withKey, '--json'], code: 0 },
    // Without a trusted root the public one would be fetched.
    { words: () => ['verify', '--offline', ...signed.withoutRoot], code: 2 },
    { words: () => ['verify', '--offline', image, '--key', signed.key], code: 1 },
    { words: () => ['verify', '--offline', 'example.com/app:1', '--key', signed.key], code: 2 },
    { words: () => ['sign', '--offline', `file:${signed.file}`, '--key', signed.privateKey], code: 0 },
    { words: () => ['sign', '--offline', 'example.com/app:1', '--key', signed.privateKey], code: 2 },
    { words: () => ['sign', '--offline', '--flush'], code: 2 },
    // What files name: only looking at it needs nobody.
    { words: () => ['pin', '--check', files.mutable], code: 1 },
    { words: () => ['pin', '--offline', files.mutable], code: 2 },
    { words: () => ['pin', files.pinned], code: 0 },
    { words: () => ['lint', files.mutable], code: 1 },
    { words: () => ['lint', files.pinned], code: 0 },
    { words: () => ['--version'], code: 0 },
    { words: () => ['--help'], code: 0 },
  ];

  test('no command asks the network for anything, unless it was told to', { timeout: 60_000 }, async (t) => {
    for (const { words, code } of commands) {
      const args = words();
      await t.test(`bulla ${args.join(' ')}`, async () => {
        const run = await watched(args);
        assert.equal(run.asked, '');
        assert.equal(run.code, code, run.stderr);
        assert.doesNotMatch(run.stderr, /defect of bulla/);
      });
    }
  });

  test('BULLA_OFFLINE and the configuration say so, too', async () => {
    const reference = ['scan', 'registry:127.0.0.1:5000/app:1'];
    const fromEnvironment = await watched(reference, { env: { BULLA_OFFLINE: '1' } });
    assert.deepEqual([fromEnvironment.code, fromEnvironment.asked], [2, '']);
    const cwd = newFolder('config');
    writeFileSync(join(cwd, 'bulla.yaml'), 'offline: true\n');
    const fromFile = await watched(reference, { cwd });
    assert.deepEqual([fromFile.code, fromFile.asked], [2, '']);
    for (const { stderr } of [fromEnvironment, fromFile]) assert.match(stderr, /^bulla: error\[offline\]: /);
  });

  test('the watch sees what a command does ask for', async (t) => {
    const { host, origin } = await startServer(t, serveImage(tinyImage()));
    const cwd = newFolder('online');
    writeFileSync(join(cwd, 'bulla.yaml'), `feeds: { osv: "${origin}", kev: "${origin}", epss: "${origin}" }\n`);
    const registry = await watched(['sbom', `registry:${host}/app:1`]);
    assert.match(registry.asked, /^connect .*127\.0\.0\.1/m, registry.stderr);
    const feeds = await watched(['scan', 'purl:pkg:npm/kettle@1.0.0', '--database', newFolder('none')], { cwd });
    assert.match(feeds.asked, /^connect .*127\.0\.0\.1/m, feeds.stderr);
    const named = await watched(['sbom', 'registry:nowhere.invalid/app:1']);
    assert.match(named.asked, /^lookup nowhere\.invalid/m, named.stderr);
  });

  test('the kernel sees no connection either', async (t) => {
    const missing = (await missingPrograms('strace')) ?? (await cannotTrace());
    if (missing !== undefined) return t.skip(missing);
    const { host } = await startServer(t, serveImage(tinyImage()));
    const traced = async (...words: readonly string[]) => {
      const file = join(newFolder('trace'), 'calls');
      const args = ['-f', '-qq', '-e', 'trace=connect,sendto', '-o', file, join(checkout, 'bulla'), ...words];
      await command('strace', args, { env: { HOME: newFolder('home') } });
      return readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => /AF_INET6?\b/.test(line));
    };
    assert.deepEqual(await traced('scan', image, '--database', database), []);
    assert.deepEqual(await traced('scan', `registry:${host}/app:1`, '--offline'), []);
    assert.deepEqual(await traced('verify', '--offline', ...signed.keyless), []);
    assert.deepEqual(await traced('verify', '--offline', ...signed.withKey), []);
    assert.notDeepEqual(await traced('sbom', `registry:${host}/app:1`), []);
  });
});

/** A file that somebody signed with a certificate, and with a key; and the words by which each is verified. */
function signedFile() {
  const folder = newFolder('signed');
  const write = (name: string, content: string | Buffer | object): string => {
    const path = join(folder, name);
    const isBytes = typeof content === 'string' || Buffer.isBuffer(content);
    writeFileSync(path, isBytes ? content : JSON.stringify(content), { mode: 0o600 });
    return path;
  };
  const box = createBox();
  const artifact = Buffer.from('a release');
  const file = write('release', artifact);
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const privateKey = write('key.pem', pair.privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const key = write('key.pub', pair.publicKey.export({ format: 'pem', type: 'spki' }));
  const at = new Date('2025-06-01T12:00:00Z');
  const identity = { kind: 'email', value: 'anna@example.org' } as const;
  const issuer = 'https://accounts.example.org';
  const keyless = write(
    'keyless.json',
    box.sign({ artifact, identity, issuer, at, log: 'v1', timestamp: true }).bundle,
  );
  const keyed = write('keyed.json', box.sign({ artifact, key: pair.privateKey, at }).bundle);
  const root = write('trusted_root.json', box.trustedRoot);
  const withoutRoot = [`file:${file}`, '--bundle', keyless, '--identity', identity.value, '--issuer', issuer];
  return {
    file,
    key,
    privateKey,
    withoutRoot,
    keyless: [...withoutRoot, '--trusted-root', root],
    withKey: [`file:${file}`, '--bundle', keyed, '--key', key],
  };
}

/** The reason why strace cannot be used here, such as a container that forbids it. */
async function cannotTrace(): Promise<string | undefined> {
  const { code, stderr } = await command('strace', ['-o', '/dev/null', 'true']);
  return code === 0 ? undefined : `strace may not trace here: ${stderr.trim()}`;
}

/** Files that name an image and an action, by tags and by digests. */
function filesWithImages() {
  const folder = newFolder('files');
  const write = (name: string, image: string, action: string): string => {
    const file = join(folder, name);
    writeFileSync(
      file,
      `on: push\njobs: {a: {container: 'example.com/app:1${image}', steps: [{uses: a/b@${action}}]}}\n`,
    );
    return file;
  };
  return {
    mutable: write('mutable.yml', '', 'v1'),
    pinned: write('pinned.yml', `@sha256:${'0'.repeat(64)}`, '0'.repeat(40)),
  };
}
