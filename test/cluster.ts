import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { freePort } from '#image/registry/real-registry.ts';
import { newFolder } from '#kit/testing.ts';
import { command, missingPrograms, type Run } from './bulla.ts';
import { missingPeers, peer } from './peers.ts';

/** The reason why no API server can be started, or nothing. */
export const missingCluster = missingPeers('kube-apiserver', 'kubectl') ?? (await missingPrograms('etcd'));

/** A real API server with its store: no nodes, no controllers. What is stored there is what would run. */
export interface Cluster {
  readonly url: string;
  /** The folder of a service account with all rights: `token`, `ca.crt`. */
  readonly credentials: string;
  /** The same for a user `gate`, with the rights that somebody gives it. */
  readonly gateCredentials: string;
  /** The same for a user `tenant`, who may nothing. */
  readonly tenantCredentials: string;
  /** Runs kubectl as an administrator. @param input what `-f -` reads */
  kubectl(args: readonly string[], input?: unknown): Promise<Run>;
  stop(): Promise<void>;
}

const patience = 60_000;

/** Starts etcd and kube-apiserver on this machine. @param options more of those of the API server */
export async function startCluster(options: Readonly<Record<string, string>> = {}): Promise<Cluster> {
  const folder = newFolder('cluster');
  const [etcdPort, peerPort, port] = [await freePort(), await freePort(), await freePort()];
  const keyFile = join(folder, 'accounts.key');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(keyFile, privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const tokens = join(folder, 'tokens.csv');
  writeFileSync(tokens, 'admin-token,admin,1,system:masters\ngate-token,gate,2,gates\ntenant-token,tenant,3,tenants\n');
  const etcdUrl = `http://127.0.0.1:${etcdPort}`;
  const etcdOptions = optionsOf({
    'data-dir': join(folder, 'etcd'),
    'listen-client-urls': etcdUrl,
    'advertise-client-urls': etcdUrl,
    'listen-peer-urls': `http://127.0.0.1:${peerPort}`,
    'unsafe-no-fsync': 'true',
  });
  const certificates = join(folder, 'certificates');
  const serverOptions = optionsOf({
    'etcd-servers': etcdUrl,
    'bind-address': '127.0.0.1',
    'secure-port': String(port),
    'cert-dir': certificates,
    'token-auth-file': tokens,
    'authorization-mode': 'RBAC',
    'service-account-key-file': keyFile,
    'service-account-signing-key-file': keyFile,
    'service-account-issuer': 'https://cluster.test',
    'service-cluster-ip-range': '10.0.0.0/24',
    // Nobody makes service accounts here.
    'disable-admission-plugins': 'ServiceAccount',
    'feature-gates': 'ImageVolume=true',
    ...options,
  });
  const etcd = spawn('etcd', etcdOptions, { stdio: 'ignore' });
  const server = spawn(peer('kube-apiserver'), serverOptions, { stdio: ['ignore', 'ignore', 'pipe'] });
  const log: string[] = [];
  server.stderr.on('data', (text: Buffer) => log.splice(0, Math.max(0, log.push(text.toString()) - 50)));
  const url = `https://127.0.0.1:${port}`;
  const stop = async () => {
    await end(server);
    await end(etcd);
  };
  try {
    await until(() => isReady(url, join(certificates, 'apiserver.crt')));
  } catch (error) {
    await stop();
    throw new Error(`kube-apiserver does not start:\n${log.join('')}`, { cause: error });
  }
  const credentialsOf = (user: string) => {
    const place = join(folder, user);
    mkdirSync(place);
    writeFileSync(join(place, 'token'), `${user}-token`);
    writeFileSync(join(place, 'ca.crt'), readFileSync(join(certificates, 'apiserver.crt')));
    return place;
  };
  const credentials = credentialsOf('admin');
  const connection = [
    '--server',
    url,
    '--token',
    'admin-token',
    '--certificate-authority',
    join(credentials, 'ca.crt'),
  ];
  return {
    url,
    credentials,
    gateCredentials: credentialsOf('gate'),
    tenantCredentials: credentialsOf('tenant'),
    kubectl: (args, input) =>
      command(peer('kubectl'), [...connection, ...args], {
        env: { HOME: folder },
        input: input === undefined ? '' : JSON.stringify(input),
      }),
    stop,
  };
}

/** Options of a command line, by their names. */
export function optionsOf(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}

function isReady(url: string, caFile: string): Promise<boolean> {
  return new Promise((resolve) => {
    let ca: Buffer;
    try {
      ca = readFileSync(caFile);
    } catch {
      return resolve(false);
    }
    const sent = request(`${url}/readyz`, { ca, headers: { authorization: 'Bearer admin-token' } }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    sent.on('error', () => resolve(false));
    sent.end();
  });
}

/** Waits until something holds. @throws if it does not in a minute */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  const latest = Date.now() + patience;
  while (Date.now() < latest) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it does not come to hold');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}
