import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { exitCodes, type CliProcess } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import type { Settings } from '#cli/settings.ts';
import { mapConcurrently } from '#kit/concurrency.ts';
import { BullaError, messageOf } from '#kit/error.ts';
import type { Demand } from '#signatures/judge.ts';
import { isRefusal } from '#signatures/refusal.ts';
import { verificationToJson, type Verification } from '#signatures/verification.ts';
import { verifyImage, type VerifyOptions } from './verify-images.ts';

/** So many images of a list are verified at once. */
const atOnce = 8;

/**
 * Verifies a list of images, a line each, and writes a line each. One that fails does not keep the others from being verified.
 * What is named several times is asked about once, and what several names of a repository mean is judged once.
 * @returns the exit code: 1 if any is refused, else 2 if any could not be asked about
 */
export async function verifyList(
  path: string,
  demand: Demand,
  options: VerifyOptions,
  settings: Settings,
  { stdin, stdout, env }: CliProcess,
  asJson: boolean,
): Promise<number> {
  const list = path === '-' ? await readAll(stdin) : await readFile(path, 'utf8').catch(unreadable(path));
  const sources = list.split('\n').map((line) => line.trim());
  const wanted = sources.filter((line) => line !== '' && !line.startsWith('#'));
  const byName = shared<Outcome>();
  const share = shared<Verification>();
  const verify = (source: string): Promise<Outcome> =>
    verifyImage(source, demand, { ...options, share }, settings, env).catch((error: unknown) => ({ error }));
  const outcomes = await mapConcurrently(wanted, atOnce, async (source) => {
    const outcome = await byName(source, () => verify(source));
    stdout.write(asJson ? `${JSON.stringify(outcomeToJson(source, outcome))}\n` : lineOf(source, outcome));
    return 'error' in outcome ? exitCodes.error : outcome.isVerified ? exitCodes.passed : exitCodes.failed;
  });
  if (outcomes.includes(exitCodes.failed)) return exitCodes.failed;
  return outcomes.includes(exitCodes.error) ? exitCodes.error : exitCodes.passed;
}

/** Does work once for each key, and gives what came of it to all who ask with that key. */
function shared<Result>(): (key: string, work: () => Promise<Result>) => Promise<Result> {
  const begun = new Map<string, Promise<Result>>();
  return (key, work) => {
    const result = begun.get(key) ?? work();
    begun.set(key, result);
    return result;
  };
}

type Outcome = Verification | { readonly error: unknown };

function lineOf(source: string, outcome: Outcome): string {
  if ('error' in outcome) return `FAIL  ${source}  ${codeOf(outcome.error)}: ${messageOf(outcome.error)}\n`;
  if (outcome.isVerified) return `OK    ${source}  ${outcome.digest ?? ''}\n`;
  const refused = [outcome.problem, ...outcome.entries.map((entry) => entry.outcome)].filter(isRefusal);
  const reason = refused.map(({ refused: code }) => code).join(', ');
  return `FAIL  ${source}  ${reason === '' ? `${outcome.signers} of ${outcome.needed} signers` : reason}\n`;
}

function outcomeToJson(source: string, outcome: Outcome): object {
  if (!('error' in outcome)) return verificationToJson(outcome);
  return {
    reference: source,
    verified: false,
    error: { code: codeOf(outcome.error), message: messageOf(outcome.error) },
  };
}

function codeOf(error: unknown): string {
  return error instanceof BullaError ? error.code : 'unexpected';
}

function unreadable(path: string) {
  return (error: unknown): never => {
    throw cliError('file-unreadable', `${path} cannot be read: ${messageOf(error)}`, { hint: 'check the path' });
  };
}
