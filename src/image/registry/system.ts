import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { delay } from '#kit/concurrency.ts';

/** What the client needs of the machine besides sockets; tests bring their own, and take no time. */
export interface System {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** A number from 0 up to, not including, 1. */
  readonly random: () => number;
  /** All addresses of a host. */
  readonly lookup: (host: string, options: LookupOptions & { all: true }, done: LookupDone) => void;
}

type LookupDone = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

export const realSystem: System = {
  now: Date.now,
  sleep: delay,
  random: Math.random,
  lookup,
};
