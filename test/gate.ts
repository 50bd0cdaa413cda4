import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { freePort } from '#image/registry/real-registry.ts';
import { newFolder } from '#kit/testing.ts';
import { checkout } from './bulla.ts';
import { optionsOf, until } from './cluster.ts';

/** A gate that runs as its users start it. */
export interface RunningGate {
  readonly url: string;
  /** Whom its clients are to trust, PEM. */
  authorities(): string;
  /** Asks it as an API server does. @returns the `response` of the review */
  ask(webhook: 'mutate' | 'validate', review: JsonObject, timeout?: string): Promise<JsonObject>;
  /** What it has logged, a line each. */
  log(): readonly JsonObject[];
  /** Ends it, and gives its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** What stays when a gate is started again. */
export interface GateFolders {
  readonly ca: string;
  readonly memory: string;
  readonly home: string;
}

export function newGateFolders(): GateFolders {
  return { ca: newFolder('ca'), memory: newFolder('memory'), home: newFolder('home') };
}

/** Starts `bulla serve --admission` on this machine and waits until it is ready. */
export async function startGate(
  args: readonly string[],
  folders = newGateFolders(),
  port?: number,
  more: Readonly<Record<string, string>> = {},
): Promise<RunningGate> {
  const { ca, memory, home } = folders;
  const [own, probes] = [port ?? (await freePort()), await freePort()];
  const options = optionsOf({
    listen: `127.0.0.1:${own}`,
    'metrics-listen': `127.0.0.1:${probes}`,
    'own-ca': ca,
    host: '127.0.0.1',
    memory,
    'drain-pause': '0',
  });
  const child = spawn(join(checkout, 'bulla'), ['serve', '--admission', ...options, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: home, ...more },
  });
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`the gate has ended: ${text}`);
    const answer = await fetch(`http://127.0.0.1:${probes}/readyz`).catch(() => undefined);
    return answer?.status === 200;
  }).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  const url = `https://127.0.0.1:${own}`;
  const authorities = () => {
    const path = join(ca, 'authority.json');
    const kept = existsSync(path) ? asObject(parseJson(readFileSync(path))) : undefined;
    return asList(kept?.['authorities'])
      .map((one) => asText(asObject(one)?.['certificate']) ?? '')
      .join('');
  };
  return {
    url,
    authorities,
    async ask(webhook, review, timeout = '10s') {
      const { body } = await post(`${url}/${webhook}?timeout=${timeout}`, authorities(), review);
      return asObject(asObject(parseJson(body))?.['response']) ?? {};
    },
    log: () =>
      text
        .split('\n')
        .map((line) => asObject(parseJson(line)))
        .filter((line) => line !== undefined),
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

/** Sends JSON to an address that shows a certificate of these authorities. */
export function post(
  url: string,
  ca: string,
  value: unknown,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', ca, headers: { 'content-type': 'application/json' } }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on('error', reject);
    sent.end(typeof value === 'string' ? value : JSON.stringify(value));
  });
}
