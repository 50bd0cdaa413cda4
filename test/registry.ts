import { startRegistry as startRealRegistry } from '#image/registry/real-registry.ts';

export interface Registry {
  /** `localhost` and the port. */
  readonly host: string;
  readonly stop: () => void;
}

/** Starts a real registry on this machine, Debian's `docker-registry`, with nothing in it. */
export async function startRegistry(): Promise<Registry> {
  const ends: (() => unknown)[] = [];
  const host = await startRealRegistry({ after: (end) => void ends.push(end) });
  if (host === undefined) throw new Error('docker-registry is not installed');
  return {
    // The name of this machine that tools let go without TLS.
    host: host.replace('127.0.0.1', 'localhost'),
    stop: () => {
      for (const end of ends) void end();
    },
  };
}
