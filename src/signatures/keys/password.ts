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
export function findPassword(name: string, environment: Environment, ask: AskPassword | undefined): Promise<Password> {
  return passwordFrom(environment, ask, (question) => question(`Password of ${name}: `));
}

/**
 * The password for a key that is about to be written. People type it twice, because nobody can look it up later.
 * @throws `key-password-missing`, `key-password-wrong` if they differ
 */
export function findNewPassword(
  name: string,
  environment: Environment,
  ask: AskPassword | undefined,
): Promise<Password> {
  return passwordFrom(environment, ask, async (question) => {
    const first = await question(`New password of ${name}: `);
    if ((await question('The same again: ')) === first) return first;
    throw signatureError('key-password-wrong', 'the passwords are not the same', { hint: 'try again' });
  });
}

async function passwordFrom(
  environment: Environment,
  ask: AskPassword | undefined,
  converse: (question: AskPassword) => Promise<string>,
): Promise<Password> {
  const from = variables.find((name) => environment[name] !== undefined);
  if (from !== undefined) return { bytes: Buffer.from(environment[from] ?? ''), from };
  if (ask !== undefined) return { bytes: Buffer.from(await converse(ask)), from: 'the terminal' };
  throw signatureError('key-password-missing', 'the private key has a password, and nobody can be asked for it', {
    hint: 'set BULLA_PASSWORD (or COSIGN_PASSWORD), or run it on a terminal',
  });
}
