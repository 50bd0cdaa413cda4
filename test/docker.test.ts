import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { checkout, command, missingPrograms, type Run } from './bulla.ts';
import { until } from './cluster.ts';
import { missingPeers, peer } from './peers.ts';
import { startRegistry } from './registry.ts';
import { done, newKeys, pushNewImage, type PushedImage } from './vouching.ts';

const missing =
  (await missingPrograms('docker-registry', 'skopeo', 'curl')) ??
  missingPeers('dockerd', 'docker', 'runc', 'containerd') ??
  (process.getuid?.() === 0 ? undefined : 'the engine runs as root');

describe('a real Docker engine asks before it carries out a call', { skip: missing ?? false }, () => {
  const keys = newKeys();
  const folder = newFolder('docker');
  const engine = join(folder, 'd.sock');
  // The engine looks for plugins here alone.
  const plugin = `bulla-test-${process.pid}`;
  const socket = `/run/docker/plugins/${plugin}.sock`;
  const started: ChildProcess[] = [];
  let stop: () => void = () => undefined;
  let signed: PushedImage;
  let unsigned: PushedImage;

  before(async () => {
    const registry = await startRegistry();
    ({ stop } = registry);
    signed = await pushNewImage(registry.host);
    unsigned = await pushNewImage(registry.host);
    await done('sign', signed.tagged, '--key', keys.key, '--log', 'none');
    mkdirSync(dirname(socket), { recursive: true });
    const policy = ['--policy', writePolicy(), '--trusted-root', 'none', '--internal-registry', registry.host];
    start(join(checkout, 'bulla'), ['docker-authorize', '--socket', socket, ...policy]);
    await until(() => Promise.resolve(existsSync(socket)));
    start(peer('dockerd'), [
      '--host',
      `unix://${engine}`,
      '--data-root',
      join(folder, 'data'),
      '--exec-root',
      join(folder, 'exec'),
      '--pidfile',
      join(folder, 'd.pid'),
      '--storage-driver',
      'vfs',
      '--iptables=false',
      '--bridge=none',
      '--authorization-plugin',
      plugin,
      '--insecure-registry',
      registry.host,
    ]);
    await until(async () => (await docker('version')).code === 0);
  });
  after(async () => {
    for (const child of started.toReversed()) await end(child);
    rmSync(socket, { force: true });
    stop();
  });

  function start(program: string, args: readonly string[]): void {
    const PATH = `${dirname(peer('runc'))}:${process.env['PATH'] ?? ''}`;
    started.push(spawn(program, args, { stdio: 'ignore', env: { PATH, HOME: folder } }));
  }

  function writePolicy(): string {
    const file = join(folder, 'policy.json');
    const authorities = [{ key: { data: readFileSync(keys.publicKey, 'utf8') } }];
    const kind = { apiVersion: 'policy.sigstore.dev/v1beta1', kind: 'ClusterImagePolicy' };
    const spec = { images: [{ glob: '**' }], authorities };
    writeFileSync(file, JSON.stringify({ ...kind, metadata: { name: 'team' }, spec }));
    return file;
  }

  function docker(...words: readonly string[]): Promise<Run> {
    return command(peer('docker'), ['--host', `unix://${engine}`, ...words], { cwd: folder, env: { HOME: folder } });
  }

  /** A call by hand: what a client that means ill sends. */
  function call(path: string, body: string, ...headers: readonly string[]): Promise<Run> {
    const file = join(folder, 'body');
    writeFileSync(file, body);
    const options = headers.flatMap((header) => ['--header', header]);
    const words = ['--silent', '--unix-socket', engine, '--request', 'POST', '--data-binary', `@${file}`, ...options];
    return command('curl', [...words, `http://d/v1.41${path}`], { cwd: folder });
  }

  async function denied(run: Promise<Run>, why: RegExp): Promise<void> {
    const { stdout, stderr } = await run;
    assert.match(stdout + stderr, /authorization denied by plugin bulla-test/);
    assert.match(stdout + stderr, why);
  }

  test('what was signed is pulled and made into a container, by its digest', async () => {
    for (const words of [
      ['pull', signed.pinned],
      ['create', signed.pinned, '/none'],
      ['ps', '--all'],
    ]) {
      const { code, stderr } = await docker(...words);
      assert.equal(code, 0, stderr);
    }
  });

  test('nothing else is', async () => {
    await denied(docker('pull', signed.tagged), /has no digest/);
    await denied(docker('pull', unsigned.pinned), /Nobody has signed/);
    await denied(docker('create', signed.tagged, '/none'), /has no digest/);
    await denied(docker('create', unsigned.pinned, '/none'), /Nobody has signed/);
    await denied(docker('import', join(folder, 'policy.json'), 'x:1'), /comes by import/);
    await denied(docker('load', '--input', join(folder, 'policy.json')), /comes by load/);
    const context = newFolder('context');
    writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\n');
    await denied(docker('build', context), /comes by build/);
    await denied(docker('plugin', 'install', 'vieux/sshfs'), /has no digest/);
  });

  test('another name for what is there changes nothing', async () => {
    assert.equal((await docker('tag', signed.pinned, 'mine:1')).code, 0);
    await denied(docker('create', 'mine:1', '/none'), /has no digest/);
    const { stdout } = await docker('images', '--quiet', '--no-trunc');
    await denied(docker('create', stdout.trim().split('\n')[0] ?? '', '/none'), /has no digest/);
  });

  test('a body that the engine does not show is not believed', async () => {
    const json = 'Content-Type: application/json';
    const form = 'Content-Type: application/x-www-form-urlencoded';
    const body = JSON.stringify({ Image: signed.pinned, Cmd: ['/none'] });
    assert.match((await call('/containers/create', body, json)).stdout, /"Id"/);
    const long = JSON.stringify({ Image: unsigned.pinned, Labels: { long: 'x'.repeat(1_200_000) } });
    await denied(call('/containers/create', long, json), /not shown as long as it is/);
    await denied(call('/containers/create', body, json, 'Transfer-Encoding: chunked'), /how long its body is/);
    await denied(call('/containers/create', `${body.slice(0, -1)},"image":"evil:1"}`, json), /is written/);
    await denied(call('/containers/create', `${body.slice(0, -1)},"Image":"evil:1"}`, json), /twice/);
    const pull = `/images/create?fromImage=${encodeURIComponent(signed.pinned)}`;
    await denied(call(pull, 'fromImage=evil&tag=1', form), /not shown as long as it is/);
    await denied(call(pull, 'fromImage=evil&tag=1', form, json), /not shown as long as it is/);
  });
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
