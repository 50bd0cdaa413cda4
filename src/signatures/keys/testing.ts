import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after } from 'node:test';
import { collect } from '#kit/bytes.ts';

/** Every cosign that is here: those that tests compare with (`BULLA_TEST_PEERS`), and one on the PATH. */
export const cosigns: readonly string[] = [
  ...['cosign-2', 'cosign-3'].map((name) => join(peerFolder(), name)),
  ...(process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'cosign')),
].filter((path) => existsSync(path));

function peerFolder(): string {
  return process.env['BULLA_TEST_PEERS'] ?? join(homedir(), '.cache/bulla-test-peers');
}

/** What a fake service was asked. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A service on this machine that answers in JSON, until the tests of a file are over. @returns its address */
export async function fakeService(answer: (asked: Asked) => Answer): Promise<string> {
  const server = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request;
    void collect(request, 1 << 20).then((body) => {
      const { status, body: value } = answer({ method, path, headers, body: String(body) });
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    });
  });
  await new Promise<void>((started) => {
    server.listen(0, '127.0.0.1', started);
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on a port has an address with a port.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

/** Writes a program that Node.js runs. @returns the environment in which it is found */
export function fakeProgram(folder: string, name: string, source: string): Readonly<Record<string, string>> {
  const script = `#!${process.execPath}\n${source}\n`;
  writeFileSync(join(folder, name), script, { mode: 0o755 });
  return { PATH: folder };
}
