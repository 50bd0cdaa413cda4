import type { CliProcess } from './context.ts';
import { runVerb } from './run-verb.ts';
import { verbs } from './verbs.ts';

/** How a verb ended, and what it wrote. */
export interface VerbRun {
  readonly code: CliProcess['exitCode'];
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a verb in this process, with an environment that has nothing of the machine's own, and no network. */
export async function runWords(
  [name = '', ...words]: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<VerbRun> {
  const verb = verbs.find((candidate) => candidate.name === name);
  if (verb === undefined) throw new Error(`there is no verb ${name}`);
  const written = { stdout: '', stderr: '' };
  const io: CliProcess = {
    stdin: (async function* nothing() {})(),
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
    env: { BULLA_OFFLINE: '1', ...env },
    arch: 'x64',
  };
  await runVerb(name, (await verb.load()).default, words, io);
  return { code: io.exitCode, ...written };
}
