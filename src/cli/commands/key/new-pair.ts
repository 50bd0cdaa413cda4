import type { KeyObject } from 'node:crypto';
import { basename } from 'node:path';
import type { CliProcess } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { text } from '#cli/flags.ts';
import { keySurroundings } from '#cli/signing/key-surroundings.ts';
import { keyAlgorithms, type KeyAlgorithm } from '#signatures/keys/algorithm.ts';
import { findNewPassword } from '#signatures/keys/password.ts';
import { newKeyPairFiles, writeKeyPair, type KeyPair } from '#signatures/keys/write-key-pair.ts';

/** The flag that says where a new pair goes. @param usual the beginning of its names without it */
export function outputFlag(usual: string) {
  return text(`beginning of the names of both files (default: ${usual})`, 'PREFIX');
}

/** The flag that says of which algorithm it is. @param usual which it is without it */
export function algorithmFlag(usual: string) {
  return text(`${keyAlgorithms.join(', ')} (default: ${usual})`, 'ALGORITHM');
}

/** The algorithm that is asked for. @throws `usage` */
export function readAlgorithm(written: string): KeyAlgorithm {
  const found = keyAlgorithms.find((algorithm) => algorithm === written);
  if (found !== undefined) return found;
  throw cliError('usage', `--algorithm does not know "${written}"`, {
    hint: `choose from: ${keyAlgorithms.join(', ')}`,
  });
}

/**
 * Makes a new pair of keys and writes it: first it is seen whether its files can be there, then the key is had, then its password.
 * @param output the beginning of the names of its files
 * @throws `usage`, `key-exists`, `key-unwritable`, `key-password-…`, and what having the key throws
 */
export async function makePair(output: string, io: CliProcess, key: () => Promise<KeyObject>): Promise<KeyPair> {
  if (basename(output) === '' || output.endsWith('/')) {
    throw cliError('usage', `"${output}" is no beginning of the name of a file`, { hint: 'write --output DIR/NAME' });
  }
  const files = await newKeyPairFiles(output);
  const made = await key();
  const { environment, askPassword } = keySurroundings(io);
  return writeKeyPair(made, files, await findNewPassword(files.privateKeyFile, environment, askPassword));
}
