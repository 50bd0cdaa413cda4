import { registryLimits } from './limits.ts';

/** Counts the time that is spent waiting for a server; time in which nobody reads is not the server's. */
export interface StallWatch {
  /** From now on we wait. */
  wait(): void;
  /** The wait is over, and brought so many bytes. */
  got(bytes: number): void;
}

/**
 * Calls `stalled` once the server has been silent for `silence` milliseconds, or sends so little that it might as well be, or
 * has been waited for `total` milliseconds in all.
 */
export function watchForStall(silence: number, total: number, stalled: () => void): StallWatch {
  let timer: NodeJS.Timeout | undefined;
  let since = 0;
  let waited = 0;
  let received = 0;
  return {
    wait() {
      since = performance.now();
      const earned = silence + (received * 1000) / registryLimits.slowestRate;
      timer = setTimeout(stalled, Math.max(0, Math.min(silence, earned - waited, total - waited)));
    },
    got(bytes) {
      clearTimeout(timer);
      waited += performance.now() - since;
      since = performance.now();
      received += bytes;
    },
  };
}
