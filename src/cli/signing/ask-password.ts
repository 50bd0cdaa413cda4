import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { signatureError } from '#signatures/errors.ts';

/** Asks for a password on the terminal, without showing what is typed. @throws `key-password-missing` if nobody answers */
export async function askPassword(question: string): Promise<string> {
  const { stdin, stderr } = process;
  // readline shows what is typed by writing it; this is where it goes instead.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true });
  stderr.write(question);
  try {
    return await lines.question('');
  } catch {
    throw signatureError('key-password-missing', 'no password was given', {
      hint: 'type it, or set BULLA_PASSWORD (or COSIGN_PASSWORD)',
    });
  } finally {
    lines.close();
    stderr.write('\n');
  }
}
