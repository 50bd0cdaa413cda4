import { spawn } from 'node:child_process';

/** How a program ended. */
export interface ProgramResult {
  /** What it wrote on its output. */
  readonly output: Buffer;
  /** Nothing if it was ended by a signal. */
  readonly status: number | null;
}

export interface Program {
  readonly name: string;
  readonly words: readonly string[];
  readonly input?: Buffer;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds. */
  readonly time: number;
}

/** Answers about keys are small. */
const largestOutput = 4 << 20;

/**
 * Runs a program that answers on its output; what it tells people on its error output reaches them.
 * @returns the result, or in a word why there is none: `missing`, `too late`, `too much`, or what the system says
 */
export function runProgram({ name, words, input, environment, time }: Program): Promise<ProgramResult | string> {
  return new Promise((resolve) => {
    const child = spawn(name, words, { env: environment, stdio: ['pipe', 'pipe', 'inherit'], windowsHide: true });
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => giveUp('too late'), time);
    const finish = (result: ProgramResult | string) => {
      clearTimeout(timer);
      resolve(result);
    };
    // Its own children may keep the output open, so the end is not waited for.
    const giveUp = (problem: string) => {
      child.kill('SIGKILL');
      child.stdout.destroy();
      finish(problem);
    };
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > largestOutput) return giveUp('too much');
      chunks.push(chunk);
    });
    child.on('error', (error) => finish('code' in error && error.code === 'ENOENT' ? 'missing' : error.message));
    child.on('close', (status) => finish({ output: Buffer.concat(chunks), status }));
    // A program that does not read its input is judged by its answer.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
