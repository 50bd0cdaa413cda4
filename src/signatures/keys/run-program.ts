import { spawn } from 'node:child_process';

/** How a program ended. */
export interface ProgramResult {
  /** What it wrote on its output. */
  readonly output: Buffer;
  /** Nothing if it was ended by a signal. */
  readonly status: number | null;
  /** The beginning of what it wrote on its error output, if that is kept. */
  readonly complaint: string;
}

export interface Program {
  readonly name: string;
  readonly words: readonly string[];
  readonly input?: Buffer;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds. */
  readonly time: number;
  /** What it tells people is kept, and does not reach them. */
  readonly keepsComplaint?: boolean;
}

/** Answers about keys are small. */
const largestOutput = 4 << 20;
const longestComplaint = 4096;

/**
 * Runs a program that answers on its output; what it tells people on its error output reaches them, unless it is to be kept.
 * @returns the result, or in a word why there is none: `missing`, `too late`, `too much`, or what the system says
 */
export function runProgram({
  name,
  words,
  input,
  environment,
  time,
  keepsComplaint = false,
}: Program): Promise<ProgramResult | string> {
  return new Promise((resolve) => {
    const child = spawn(name, words, {
      env: environment,
      stdio: ['pipe', 'pipe', keepsComplaint ? 'pipe' : 'inherit'],
      windowsHide: true,
    });
    const chunks: Buffer[] = [];
    let complaint = '';
    let size = 0;
    const timer = setTimeout(() => giveUp('too late'), time);
    const finish = (result: ProgramResult | string) => {
      clearTimeout(timer);
      resolve(result);
    };
    // Its own children may keep the output open, so the end is not waited for.
    const giveUp = (problem: string) => {
      child.kill('SIGKILL');
      child.stdout?.destroy();
      child.stderr?.destroy();
      finish(problem);
    };
    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > largestOutput) return giveUp('too much');
      chunks.push(chunk);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      if (complaint.length < longestComplaint) complaint += chunk.toString();
    });
    child.on('error', (error) => finish('code' in error && error.code === 'ENOENT' ? 'missing' : error.message));
    child.on('close', (status) =>
      finish({ output: Buffer.concat(chunks), status, complaint: complaint.slice(0, longestComplaint) }),
    );
    // A program that does not read its input is judged by its answer.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
