import { signatureError } from '#signatures/errors.ts';
import type { Password } from './encrypted-key.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Asks a person for a password, without showing it. */
export type AskPassword = (question: string) => Promise<string>;

/** Where passwords of private keys are, the first that is set counts; one that is set to nothing is an empty password. */
const variables = ['BULLA_PASSWORD', 'COSIGN_PASSWORD'] as const;

/**
 * The password of a private key: from the environment, or from whoever sits at the terminal.
 * @param ask nothing where nobody can be asked
 * @throws `key-password-missing`
 */
export async function findPassword(
  name: string,
  environment: Environment,
  ask: AskPassword | undefined,
): Promise<Password> {
  const found = passwordInEnvironment(environment);
  if (found !== undefined) return found;
  return { bytes: Buffer.from(await asked(ask, `Password of ${name}: `)), from: 'the terminal' };
}

/**
 * The password for a key that is about to be written. People type it twice, because nobody can look it up later.
 * @throws `key-password-missing`, `key-password-wrong` if they differ
 */
export async function findNewPassword(
  name: string,
  environment: Environment,
  ask: AskPassword | undefined,
): Promise<Password> {
  const found = passwordInEnvironment(environment);
  if (found !== undefined) return found;
  const first = await asked(ask, `New password of ${name}: `);
  if ((await asked(ask, 'The same again: ')) !== first) {
    throw signatureError('key-password-wrong', 'the passwords are not the same', { hint: 'try again' });
  }
  return { bytes: Buffer.from(first), from: 'the terminal' };
}

function passwordInEnvironment(environment: Environment): Password | undefined {
  for (const from of variables) {
    const value = environment[from];
    if (value !== undefined) return { bytes: Buffer.from(value), from };
  }
  return undefined;
}

function asked(ask: AskPassword | undefined, question: string): Promise<string> {
  if (ask !== undefined) return ask(question);
  throw signatureError('key-password-missing', 'the private key has a password, and nobody can be asked for it', {
    hint: 'set COSIGN_PASSWORD (or BULLA_PASSWORD), or run it on a terminal',
  });
}
