import { formatBytes, formatCount } from '#kit/amounts.ts';
import type { Output } from './context.ts';

/** A line on a terminal that tells how far long work is; elsewhere nothing is written. */
export interface Progress {
  show(text: string): void;
  /** Takes the line away. */
  clear(): void;
}

/** As often as a person can read. */
const interval = 100;

export function createProgress(stderr: Output, now: () => number = Date.now): Progress {
  let shown = 0;
  let last = 0;
  function write(text: string): void {
    const width = (stderr.columns ?? 80) - 1;
    stderr.write(`\r${text.slice(0, width).padEnd(Math.min(shown, width))}`);
    shown = Math.min(text.length, width);
  }
  if (stderr.isTTY !== true) return { show: () => undefined, clear: () => undefined };
  return {
    show(text) {
      if (now() - last < interval) return;
      last = now();
      write(text);
    },
    clear() {
      if (shown === 0) return;
      write('');
      stderr.write('\r');
      shown = 0;
    },
  };
}

/** `reading layers  ████████░░░░  62 % of 185 MB` */
export function formatProgress(what: string, done: number, total: number | undefined): string {
  if (total === undefined || total === 0) return `${what}  ${formatBytes(done)}`;
  const share = Math.min(1, done / total);
  const bar = '█'.repeat(Math.round(share * 20)).padEnd(20, '░');
  return `${what}  ${bar}  ${Math.round(share * 100)} % of ${formatBytes(total)}`;
}

/** How much of a feed is fetched, and then how much of it is read. */
export function formatImport(what: string, bytes: number, of: number | undefined, records: number): string {
  return records > 0 ? `${what}  ${formatCount(records)} records` : formatProgress(what, bytes, of);
}
