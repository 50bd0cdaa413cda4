import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { checkout, command, missingPrograms, type Run } from './bulla.ts';
import { missingPeers, peer } from './peers.ts';
import { startRegistry } from './registry.ts';
import { done, newKeys, pushNewImage, type PushedImage } from './vouching.ts';

const missing =
  (await missingPrograms('docker-registry', 'skopeo')) ??
  missingPeers('containerd', 'ctr') ??
  (process.getuid?.() === 0 ? undefined : 'containerd runs as root');

describe('containerd asks before it pulls', { skip: missing ?? false }, () => {
  const keys = newKeys();
  const folder = newFolder('containerd');
  const socket = join(folder, 'c.sock');
  let stop: () => void = () => undefined;
  let daemon: ChildProcess | undefined;
  let signed: PushedImage;
  let unsigned: PushedImage;

  before(async () => {
    const registry = await startRegistry();
    ({ stop } = registry);
    signed = await pushNewImage(registry.host);
    unsigned = await pushNewImage(registry.host);
    await done('sign', signed.tagged, '--key', keys.key, '--log', 'none');
    writeGate(registry.host);
    daemon = spawn(peer('containerd'), ['--config', writeConfiguration()], { stdio: 'ignore' });
    for (let attempt = 0; attempt < 200; attempt++) {
      if ((await ctr('version')).code === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('containerd does not start');
  });
  after(async () => {
    stop();
    if (daemon?.exitCode !== null) return;
    const ended = new Promise((resolve) => daemon?.once('exit', resolve));
    daemon.kill();
    await ended;
  });

  /** The script of the documentation, in the folder of verifiers. */
  function writeGate(host: string): void {
    const policy = join(folder, 'policy.yaml');
    const authorities = [{ key: { data: readFileSync(keys.publicKey, 'utf8') } }];
    const spec = { images: [{ glob: '**' }], authorities };
    const kind = { apiVersion: 'policy.sigstore.dev/v1beta1', kind: 'ClusterImagePolicy' };
    writeFileSync(policy, JSON.stringify({ ...kind, metadata: { name: 'team' }, spec }));
    const script = join(folder, 'bin', 'bulla');
    mkdirSync(join(folder, 'bin'));
    const options = `--policy ${policy} --trusted-root none --internal-registry ${host}`;
    const lines = [
      '#!/bin/sh',
      `export HOME=${folder}`,
      `exec ${join(checkout, 'bulla')} containerd-verify ${options} -- "$@"`,
    ];
    writeFileSync(script, `${lines.join('\n')}\n`);
    chmodSync(script, 0o755);
  }

  function writeConfiguration(): string {
    const file = join(folder, 'config.toml');
    const disabled = ['cri.v1.images', 'cri.v1.runtime', 'grpc.v1.cri', 'nri.v1.nri'].map(
      (one) => `'io.containerd.${one}'`,
    );
    const lines = [
      'version = 3',
      `root = '${join(folder, 'root')}'`,
      `state = '${join(folder, 'state')}'`,
      `disabled_plugins = [${disabled.join(', ')}]`,
      `[grpc]`,
      `address = '${socket}'`,
      `[ttrpc]`,
      `address = '${socket}.ttrpc'`,
      `[plugins.'io.containerd.image-verifier.v1.bindir']`,
      `bin_dir = '${join(folder, 'bin')}'`,
      'max_verifiers = 1',
      `per_verifier_timeout = '10s'`,
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
  }

  function ctr(...words: readonly string[]): Promise<Run> {
    return command(peer('ctr'), ['--address', socket, ...words], { cwd: folder, env: { HOME: folder } });
  }

  const pull = ({ tagged }: PushedImage) => ctr('image', 'pull', '--plain-http', '--skip-metadata', tagged);

  test('what nobody signed is blocked, and containerd says why', async () => {
    const { code, stderr } = await pull(unsigned);
    assert.notEqual(code, 0);
    assert.match(stderr, /rejected image \(exit code 1\): it must not run: Nobody has signed/);
    assert.match(stderr, new RegExp(unsigned.pinned.split('@')[1] ?? ''));
  });

  test('what was signed passes', async () => {
    const { stdout, stderr } = await pull(signed);
    // Where layers cannot be unpacked on this machine, that comes after the verdict.
    assert.doesNotMatch(stderr + stdout, /image verifier/);
    assert.match(stdout, /fetching image content|Completed pull/);
  });
});
