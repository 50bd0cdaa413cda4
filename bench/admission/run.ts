import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asList, asObject, asText, parseJson } from '#kit/narrow.ts';
import { podOf, reviewOf } from '#gates/admission/attack/reviews.ts';
import { freePort, startRegistry } from '#image/registry/real-registry.ts';
import { packTar, writeLayout } from '#image/testing.ts';

/**
 * Measures the admission gate as it runs: `bulla serve` with signed images in docker's registry, asked as an API server asks. What is
 * asked comes at its times, whether or not there was an answer before; whoever asks shares the cores.
 *
 *     npm run bench:admission [-- REVIEWS_A_SECOND SECONDS]
 */
const [rate, seconds] = [Number(process.argv[2] ?? 1000), Number(process.argv[3] ?? 10)];
const checkout = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'bulla-bench-'));
const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
const imageCount = 20;

try {
  const registry = await startRegistry({ after: (end) => void ends.unshift(end) });
  if (registry === undefined) throw new Error('docker-registry is not installed');
  const counted = await countingProxy(registry.host);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = file('key.pem', privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const policy = file('policy.yaml', JSON.stringify(policyOf(publicKey.export({ format: 'pem', type: 'spki' }))));
  const images: string[] = [];
  for (let index = 0; index < imageCount; index++) images.push(await signedImage(counted.host, index, key));

  const begun = performance.now();
  const gate = await startGate(policy, counted.host);
  print('start-up to ready', performance.now() - begun, 'ms', '');

  const trips: Trips[] = [];
  const cold: number[] = [];
  for (const image of images) {
    counted.take();
    // Eight containers of one image are one look.
    cold.push(
      await gate.ask(
        'validate',
        Array.from({ length: 8 }, () => image),
      ),
    );
    trips.push(counted.take());
  }
  print('cold, a new digest in 8 containers, p50', quantile(cold, 0.5), 'ms', '');
  // The first of all also finds out how the registry is spoken to.
  const half = (of: (taken: Trips) => number) => quantile(trips.map(of), 0.5);
  print(
    'requests to the registry for it, p50',
    half(({ requests }) => requests),
    '',
    '',
  );
  print(
    'round trips: of these, one after the other, p50',
    half(({ steps }) => steps),
    '',
    '4',
  );

  const pods = images.map((image) => [image]);
  for (let index = 0; index < 3000; index++) await gate.ask('validate', pods[index % imageCount] ?? []);
  const times = await load(gate, pods);
  print(`warm, ${rate} reviews/s, p50`, quantile(times, 0.5), 'ms', '');
  print(`warm, ${rate} reviews/s, p99`, quantile(times, 0.99), 'ms', '5 ms');
  print('most memory', gate.peak() / (1 << 20), 'MiB', '200 MiB');
} finally {
  for (const end of ends) await end();
}

async function load(
  gate: Awaited<ReturnType<typeof startGate>>,
  pods: readonly (readonly string[])[],
): Promise<number[]> {
  const asked: Promise<number>[] = [];
  const start = performance.now();
  while (asked.length < rate * seconds) {
    const due = Math.min(rate * seconds, ((performance.now() - start) / 1000) * rate);
    while (asked.length < due) asked.push(gate.ask('validate', pods[asked.length % pods.length] ?? []));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return Promise.all(asked);
}

async function startGate(policy: string, registry: string) {
  const [port, probes] = [await freePort(), await freePort()];
  const options = {
    policy,
    listen: `127.0.0.1:${port}`,
    'metrics-listen': `127.0.0.1:${probes}`,
    'own-ca': join(folder, 'ca'),
    host: '127.0.0.1',
    memory: join(folder, 'memory'),
    'trusted-root': 'none',
    'internal-registry': registry,
    'drain-pause': '0',
  };
  const words = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const log = join(folder, 'log');
  const child = spawn(
    'sh',
    ['-c', `exec "$0" "$@" 2>"${log}"`, join(checkout, 'bulla'), 'serve', '--admission', ...words],
    {
      stdio: 'ignore',
      env: { ...process.env, HOME: folder },
    },
  );
  ends.unshift(() => child.kill());
  while ((await fetch(`http://127.0.0.1:${probes}/readyz`).catch(() => undefined))?.status !== 200) {
    if (child.exitCode !== null) throw new Error(readFileSync(log, 'utf8'));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const kept = asObject(parseJson(readFileSync(join(folder, 'ca/authority.json'))));
  const ca = asText(asObject(asList(kept?.['authorities'])[0])?.['certificate']) ?? '';
  const agent = new Agent({ keepAlive: true, maxSockets: 32, ca });
  ends.unshift(() => agent.destroy());
  let count = 0;
  return {
    peak: () => Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) * 1024,
    /** Asks, and gives how many milliseconds the answer took. */
    ask: (webhook: string, images: readonly string[]) =>
      new Promise<number>((resolve, reject) => {
        const body = JSON.stringify(reviewOf({ object: podOf(images), uid: `u${count++}` }));
        const started = performance.now();
        const how = { method: 'POST', agent, headers: { 'content-length': Buffer.byteLength(body) } };
        const sent = request(`https://127.0.0.1:${port}/${webhook}?timeout=10s`, how, (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.on('end', () => {
            if (text.includes('"allowed":true')) resolve(performance.now() - started);
            else reject(new Error(text));
          });
        });
        sent.on('error', reject);
        sent.end(body);
      }),
  };
}

/** A way to the registry that counts what goes through, and what had to wait for what. */
async function countingProxy(registry: string): Promise<{ readonly host: string; readonly take: () => Trips }> {
  let [requests, steps] = [0, 0];
  const [host, port] = registry.split(':');
  const server = createServer((incoming, outgoing) => {
    requests++;
    // It could not be asked before the last answer was there.
    const step = steps + 1;
    outgoing.once('finish', () => (steps = Math.max(steps, step)));
    const { method, url: path, headers } = incoming;
    const sent = httpRequest({ host, port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.unshift(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return {
    // A server that listens on TCP has an address of this kind.
    host: `localhost:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = { requests, steps };
      [requests, steps] = [0, 0];
      return taken;
    },
  };
}

/** Requests since they were last counted, and the longest chain in which each waited for the one before. */
interface Trips {
  readonly requests: number;
  readonly steps: number;
}

async function signedImage(host: string, index: number, key: string): Promise<string> {
  const layout = join(folder, `image-${index}`);
  const content = `image ${index}`;
  const [written] = writeLayout(layout, [{ tag: '1', layers: [packTar([{ path: 'content', content }])] }]);
  const name = `${host}/team/app`;
  await run('skopeo', ['copy', '-q', '--dest-tls-verify=false', `oci:${layout}:1`, `docker://${name}:${index}`]);
  const pinned = `${name}@${written?.digest ?? ''}`;
  await run(join(checkout, 'bulla'), ['sign', '--key', key, pinned]);
  return pinned;
}

async function run(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, HOME: folder } });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${String(code)}`);
}

function policyOf(key: string | Buffer): object {
  const rules = { pinned: true, signatures: { signedBy: [{ key: key.toString() }] } };
  const metadata = { name: 'signed' };
  return { apiVersion: 'policy.bulla/v1', kind: 'TrustPolicy', metadata, spec: { mode: 'enforce', rules } };
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
}

function print(what: string, value: number, unit: string, budget: string): void {
  process.stdout.write(
    `${what.padEnd(44)}${value.toFixed(1).padStart(8)} ${unit.padEnd(4)}  ${budget}`.trimEnd() + '\n',
  );
}
