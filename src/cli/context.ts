import type { CommandContext } from '@stricli/core';

/** What a command gets from the process that it runs in. */
export interface Context extends CommandContext {
  readonly process: CliProcess;
}

/** The part of a process that commands use; tests give their own. */
export interface CliProcess {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Processor of this machine, in Node's words. */
  readonly arch: string;
  exitCode?: number | string | null;
}

export interface Output {
  write(text: string): unknown;
  /** Whether it is a terminal. */
  readonly isTTY?: boolean;
  /** Characters a line, of a terminal. */
  readonly columns?: number;
}

/** The exit codes of every command. */
export const exitCodes = {
  passed: 0,
  /** The gate that was asked for is closed. */
  failed: 1,
  /** The command could not be carried out. */
  error: 2,
  /** Nothing speaks against it, but not everything could be looked at. */
  unknown: 3,
} as const;

/** Whether there is a person who can be asked: nothing is asked of a job. */
export function hasPerson({ stderr }: Pick<CliProcess, 'stderr'>): boolean {
  return stderr.isTTY === true && process.stdin.isTTY;
}

/** Whether to write in colour: on terminals, unless NO_COLOR (no-color.org) says otherwise. */
export function usesColour({ stdout, env }: CliProcess): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  return (env['FORCE_COLOR'] ?? '') !== '' || (stdout.isTTY === true && env['TERM'] !== 'dumb');
}
