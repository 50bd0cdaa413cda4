import { spawn } from 'node:child_process';
import { freePort, startRegistry as startDockerRegistry, type RealRegistry } from '#image/registry/real-registry.ts';
import { missingPrograms } from './bulla.ts';
import { missingPeers, peer } from './peers.ts';

export interface Registry {
  /** `localhost` and the port. */
  readonly host: string;
  readonly stop: () => void;
}

/** Starts a real registry on this machine, Debian's `docker-registry`, with nothing in it. */
export async function startRegistry(): Promise<Registry & RealRegistry> {
  const ends: (() => unknown)[] = [];
  const registry = await startDockerRegistry({ after: (end) => void ends.push(end) });
  if (registry === undefined) throw new Error('docker-registry is not installed');
  return {
    ...registry,
    // The name of this machine that tools let go without TLS.
    host: registry.host.replace('127.0.0.1', 'localhost'),
    stop: () => {
      for (const end of ends) void end();
    },
  };
}

/** A kind of registry that tests run against. */
interface RegistryKind {
  readonly name: string;
  /** The reason why it cannot be started, or nothing. */
  readonly missing: string | undefined;
  /** Whether it has the API for referrers (OCI distribution specification, "Listing Referrers"). */
  readonly listsReferrers: boolean;
  readonly start: () => Promise<Registry>;
}

/** Both kinds: clients maintain a tag in the one, the other lists referrers by itself. */
export const registryKinds: readonly RegistryKind[] = [
  {
    name: 'docker-registry, which knows no referrers',
    missing: await missingPrograms('docker-registry'),
    listsReferrers: false,
    start: startRegistry,
  },
  { name: 'olareg, which lists referrers', missing: missingPeers('olareg'), listsReferrers: true, start: startOlareg },
];

/** Starts olareg on this machine, with nothing in it, and nothing kept. */
async function startOlareg(): Promise<Registry> {
  const port = await freePort();
  const memory = ['--store-type', 'mem', '--gc-frequency', '-1s'];
  const args = ['serve', '--addr', '127.0.0.1', '--port', String(port), ...memory];
  const server = spawn(peer('olareg'), args, { stdio: 'ignore' });
  for (let attempt = 0; attempt < 200; attempt++) {
    const answer = await fetch(`http://127.0.0.1:${port}/v2/`).catch(() => undefined);
    if (answer?.ok === true) return { host: `localhost:${port}`, stop: () => void server.kill() };
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  server.kill();
  throw new Error('olareg does not start');
}
