import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scope } from './testing.ts';

/** The user `me` with the password `pw`, as htpasswd -B writes it. */
export const htpasswd = 'me:$2y$04$abcdefghijklmnopqrstuuyvPXIbu7xe6/CED2DzX8z6Si09MlzlW\n';

/** Docker's registry, as it runs. */
export interface RealRegistry {
  /** Address and port. */
  readonly host: string;
  /** With its configuration, `config.yml`, and what it stores, `data`. */
  readonly folder: string;
  /** Stops it, does work on its folder, and starts it again: it remembers what it has seen. */
  restart(work: () => unknown): Promise<void>;
}

/** Starts docker's registry on this machine, which ends with the test; nothing if it is not installed. */
export async function startRegistry(t: Scope, users?: string): Promise<RealRegistry | undefined> {
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
  let server = await serve(folder, host);
  t.after(async () => {
    await stop(server);
    rmSync(folder, { recursive: true });
  });
  return {
    host,
    folder,
    async restart(work) {
      await stop(server);
      await work();
      server = await serve(folder, host);
    },
  };
}

async function serve(folder: string, host: string): Promise<ChildProcess> {
  const server = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await fetch(`http://${host}/v2/`).catch(() => undefined)) return server;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  server.kill();
  throw new Error('docker-registry does not start');
}

async function stop(server: ChildProcess): Promise<void> {
  server.kill();
  if (server.exitCode === null) await new Promise((resolve) => server.once('exit', resolve));
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
