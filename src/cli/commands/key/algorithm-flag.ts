import { text } from '#cli/flags.ts';
import { cliError } from '#cli/errors.ts';
import { keyAlgorithms, type KeyAlgorithm } from '#signatures/keys/algorithm.ts';

/** The names of key files, unless told otherwise. */
export const defaultPrefix = 'bulla';

export const algorithmFlag = text(`${keyAlgorithms.join(', ')} (default: ${keyAlgorithms[0]})`, 'ALGORITHM');

/** The algorithm that is asked for. @throws `usage` */
export function readAlgorithm(written: string | undefined): KeyAlgorithm {
  const found = keyAlgorithms.find((algorithm) => algorithm === (written ?? keyAlgorithms[0]));
  if (found !== undefined) return found;
  throw cliError('usage', `--algorithm does not know "${written}"`, {
    hint: `choose from: ${keyAlgorithms.join(', ')}`,
  });
}
