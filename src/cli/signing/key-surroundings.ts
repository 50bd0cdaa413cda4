import { hasPerson, type CliProcess } from '#cli/context.ts';
import type { KeySurroundings } from '#signatures/keys/providers/provider.ts';

/** What lies around keys on the command line: the environment, and a person if there is a terminal. */
export function keySurroundings(io: CliProcess): KeySurroundings {
  return { environment: io.env, askPassword: hasPerson(io) ? askOnTerminal : undefined };
}

async function askOnTerminal(question: string): Promise<string> {
  const { askPassword } = await import('./ask-password.ts');
  return askPassword(question);
}
