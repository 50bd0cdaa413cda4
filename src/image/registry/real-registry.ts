import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scope } from './testing.ts';

/** The user `me` with the password `pw`, as htpasswd -B writes it. */
export const htpasswd = 'me:$2y$04$abcdefghijklmnopqrstuuyvPXIbu7xe6/CED2DzX8z6Si09MlzlW\n';

/** Starts docker's registry on this machine, which ends with the test; nothing if it is not installed. */
export async function startRegistry(t: Scope, users?: string): Promise<string | undefined> {
  if (spawnSync('docker-registry', ['--version']).status !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'bulla-registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  const config: Record<string, unknown> = {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: host, secret: 'test' },
  };
  if (users !== undefined) {
    writeFileSync(join(folder, 'htpasswd'), users);
    config['auth'] = { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } };
  }
  // JSON is YAML too.
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(config));
  const server = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
  t.after(async () => {
    server.kill();
    if (server.exitCode === null) await new Promise((resolve) => server.once('exit', resolve));
    rmSync(folder, { recursive: true });
  });
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await fetch(`http://${host}/v2/`).catch(() => undefined)) return host;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('docker-registry does not start');
}

/** A port of this machine on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
