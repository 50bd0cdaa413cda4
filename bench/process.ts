import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a program cost. */
export interface Cost {
  readonly seconds: number;
  /** The most memory that it had at once, in bytes; 0 where the system does not tell (`/proc`, Linux). */
  readonly peak: number;
}

/** How often a running program is asked for the most memory that it has had so far. */
const askEvery = 10;

/** Runs a program to its end, without its output. It must not fail: 3 is "not everything could be looked at". */
export async function measure(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Cost> {
  const start = performance.now();
  const child = spawn(program, args, { stdio: 'ignore', env: { ...process.env, ...env } });
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, peakOf(child.pid))), askEvery);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('close', resolve);
      child.on('error', reject);
    });
    if (code !== 0 && code !== 3) throw new Error(`${program} ${args.join(' ')} ended with ${code}`);
    return { seconds: (performance.now() - start) / 1000, peak };
  } finally {
    clearInterval(timer);
  }
}

/** The high-water mark of its resident memory, from proc(5). */
function peakOf(pid: number | undefined): number {
  try {
    const [, kibibytes = '0'] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kibibytes) * 1024;
  } catch {
    return 0;
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
