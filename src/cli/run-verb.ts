import { buildApplication, run, text_en, type Command, type RouteMap } from '@stricli/core';
import { exitCodes, type CliProcess, type Context } from './context.ts';
import { reportFailure } from './failure.ts';

/** Runs one verb with the words that follow it, and leaves its exit code in the process; tests give one of their own. */
export async function runVerb(
  name: string,
  command: Command<Context> | RouteMap<Context>,
  words: readonly string[],
  io: CliProcess = process,
): Promise<void> {
  const { stdin, stdout, stderr, env, arch } = io;
  const context: Context = { process: { stdin, stdout, stderr, env, arch } };
  // Either kind of target is allowed; the overloads only name one at a time.
  const application = buildApplication(command as Command<Context>, {
    name: `bulla ${name}`,
    scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: true },
    documentation: { disableAnsiColor: true, onlyRequiredInUsageLine: true },
    localization: {
      // Errors are reported in one way for all commands; stricli writes what this returns.
      text: {
        ...text_en,
        exceptionWhileRunningCommand: failureText,
        exceptionWhileLoadingCommandFunction: failureText,
        noCommandRegisteredForInput: (input) => `bulla: ${text_en.noCommandRegisteredForInput(input)}`,
        exceptionWhileParsingArguments: (error) => `bulla: ${text_en.exceptionWhileParsingArguments(error, false)}`,
      },
    },
    determineExitCode: () => exitCodes.error,
  });
  await run(application, words, context);
  const code = context.process.exitCode;
  // Stricli has negative codes of its own for misuse.
  io.exitCode = typeof code === 'number' && code >= 0 ? code : exitCodes.error;

  function failureText(error: unknown): string {
    let text = '';
    reportFailure({ stderr: { write: (line) => (text += line) }, env }, error);
    return text.trimEnd();
  }
}
