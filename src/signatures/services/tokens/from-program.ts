import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { messageOf } from '#kit/error.ts';
import { signatureError } from '#signatures/errors.ts';
import type { Environment } from './provider.ts';

/** The token that a program of the place writes. @throws `token-missing` */
export async function tokenFromProgram(
  program: string,
  args: readonly string[],
  environment: Environment,
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args, { timeout: 30_000, env: { ...environment } });
    if (stdout.trim() !== '') return stdout.trim();
  } catch (error) {
    throw signatureError('token-missing', `${program} gives no token: ${messageOf(error)}`, { cause: error });
  }
  throw signatureError('token-missing', `${program} gives no token`);
}
