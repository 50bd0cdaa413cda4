import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import manifest from '#package.json' with { type: 'json' };
import { newFolder } from '#kit/testing.ts';
import { bulla, checkout, command, missingPrograms } from './bulla.ts';

test('bulla --version prints the version of the package', async () => {
  assert.deepEqual(await bulla(['--version']), { code: 0, stdout: `bulla ${manifest.version}\n`, stderr: '' });
});

test('bulla --help lists every verb, and each has help of its own', async () => {
  const { code, stdout } = await bulla(['--help']);
  assert.equal(code, 0);
  const [, list = ''] = /\nVERBS\n((?: {2}.*\n)+)/.exec(stdout) ?? [];
  const verbs = list.split('\n').flatMap((line) => /^ {2}(\S+)/.exec(line)?.[1] ?? []);
  assert.ok(verbs.includes('scan') && verbs.includes('sbom') && verbs.includes('explain') && verbs.includes('db'));
  for (const verb of verbs) {
    const help = await bulla([verb, '--help']);
    assert.deepEqual([help.code, help.stderr], [0, ''], verb);
    assert.match(help.stdout, new RegExp(`^USAGE\\n {2}bulla ${verb}`));
  }
});

test('bulla starts from any folder, and through a link', async () => {
  const folder = newFolder('elsewhere');
  const link = join(folder, 'bulla');
  await command('ln', ['-s', join(checkout, 'bulla'), link]);
  const run = await command(link, ['--version'], { cwd: folder, env: { HOME: folder } });
  assert.deepEqual(run, { code: 0, stdout: `bulla ${manifest.version}\n`, stderr: '' });
});

test('a reader that has seen enough is no error', async () => {
  const run = await command('sh', ['-c', `"${join(checkout, 'bulla')}" --help | head -n 1`], {
    env: { HOME: newFolder('home') },
  });
  assert.deepEqual([run.code, run.stderr], [0, '']);
});

test('a fresh checkout installs and builds itself once, even if it is started twice at once', async (t) => {
  const missing = (await missingPrograms('git', 'npm')) ?? (await cannotInstall());
  if (missing !== undefined) return t.skip(missing);
  const { stdout: listed } = await command('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: checkout,
  });
  const fresh = newFolder('fresh');
  for (const path of listed.split('\0').filter((name) => name !== '' && existsSync(join(checkout, name)))) {
    mkdirSync(join(fresh, dirname(path)), { recursive: true });
    cpSync(join(checkout, path), join(fresh, path));
  }
  const env = { ...npmEnvironment(), NODE_COMPILE_CACHE: '' };
  const start = () => command(join(fresh, 'bulla'), ['--version'], { env });
  const [first, second] = await Promise.all([start(), start()]);
  for (const run of [first, second]) {
    assert.equal(run.code, 0, run.stderr);
    assert.equal(run.stdout, `bulla ${manifest.version}\n`);
  }
  const installs = `${first.stderr}${second.stderr}`.match(/installing the locked dependencies/g);
  assert.equal(installs?.length, 1);
  assert.deepEqual(
    readdirSync(fresh).filter((name) => /^dist\.|\.lock$/.test(name)),
    [],
  );
  const third = await start();
  assert.deepEqual([third.code, third.stderr], [0, '']);
});

/** The user's own environment: where npm keeps what it has downloaded, and how it reaches its registry. */
function npmEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(?:NODE_TEST_CONTEXT$|BULLA_|npm_lifecycle|npm_package)/.test(name),
  );
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** The reason why npm cannot install anything here. */
async function cannotInstall(): Promise<string | undefined> {
  const { code } = await command('npm', ['view', 'zod', 'version', '--fetch-retries=0', '--fetch-timeout=10000'], {
    env: npmEnvironment(),
  });
  return code === 0 ? undefined : 'the registry of npm cannot be reached';
}
