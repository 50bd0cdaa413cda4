import type { KeySurroundings } from '#signatures/keys/providers/provider.ts';
import type { CliProcess } from './context.ts';

/** What lies around keys on the command line: the environment, and a person if there is a terminal. */
export function keySurroundings({ env, stderr }: CliProcess): KeySurroundings {
  const isAsked = stderr.isTTY === true && process.stdin.isTTY;
  return { environment: env, askPassword: isAsked ? askOnTerminal : undefined };
}

async function askOnTerminal(question: string): Promise<string> {
  const { askPassword } = await import('./ask-password.ts');
  return askPassword(question);
}
