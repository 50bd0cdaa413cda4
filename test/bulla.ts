import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { missingData, newFolder, realData } from '#kit/testing.ts';

/** The folder of the project. */
export const checkout = join(import.meta.dirname, '..');

/** How a command ended, and what it wrote. */
export interface Run {
  /** The exit code; none if it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Besides `PATH` and the folders that {@link bulla} chooses. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** What it reads from standard input. */
  readonly input: string;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

let home: string | undefined;

/**
 * Starts `./bulla` as a user does, in an environment that has nothing of the machine's own: an empty home, no proxies, no
 * configuration. All runs share that home, and with it what Bulla keeps, unless `env` says otherwise.
 */
export function bulla(args: readonly string[], options: Partial<RunOptions> = {}): Promise<Run> {
  home ??= newFolder('home');
  const env = { HOME: home, NODE_COMPILE_CACHE: join(home, 'code'), ...options.env };
  return command(join(checkout, 'bulla'), args, { cwd: home, ...options, env });
}

/** Runs any program, and gives how it ended. It does not fail if the program does. */
export async function command(
  program: string,
  args: readonly string[],
  { env = {}, cwd, input = '', signal }: Partial<RunOptions> = {},
): Promise<Run> {
  const child = spawn(program, args, {
    cwd,
    signal,
    killSignal: 'SIGKILL',
    env: { PATH: process.env['PATH'], ...env },
  });
  // A program that reads nothing may be gone before it is given anything.
  child.stdin.on('error', () => undefined).end(input);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('close', (code) => resolve(code));
    child.on('error', (error) => (error.name === 'AbortError' ? undefined : reject(error)));
  });
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

/** Runs a program that must succeed. */
export async function succeed(program: string, args: readonly string[], options?: Partial<RunOptions>): Promise<Run> {
  const run = await command(program, args, options);
  if (run.code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${run.code}:\n${run.stderr}`);
  return run;
}

/** The reason to skip a test that needs programs which are not installed, or nothing if they are. */
export async function missingPrograms(...names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    if ((await command('sh', ['-c', `command -v "${name}"`])).code !== 0) return `${name} is not installed`;
  }
  return undefined;
}

/** The reason to skip a test that needs {@link realAdvisories}. */
export const missingAdvisories = missingData('derived/osv') ?? missingData('osv') ?? missingData('kev.json');

let advisories: Promise<string> | undefined;

/** A database with all advisories of the real data, filled once for all tests. */
export function realAdvisories(): Promise<string> {
  advisories ??= fillDatabase('advisories', join(realData, 'derived/osv'), realData);
  return advisories;
}

/** A new database, filled from these folders. */
export async function fillDatabase(name: string, ...from: readonly string[]): Promise<string> {
  const folder = newFolder(name);
  const run = await bulla(['db', 'update', '--database', folder, ...from.flatMap((place) => ['--from', place])]);
  if (run.code !== 0) throw new Error(run.stderr);
  return folder;
}
