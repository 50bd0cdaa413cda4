import { BullaError, messageOf } from '#kit/error.ts';
import type { CliProcess } from './context.ts';

/** Tells a user what went wrong, where, and what to do; a stack only with BULLA_DEBUG, for those who mend the program. */
export function reportFailure({ stderr, env }: Pick<CliProcess, 'stderr' | 'env'>, error: unknown): void {
  const code = error instanceof BullaError ? error.code : 'unexpected';
  stderr.write(`bulla: error[${code}]: ${messageOf(error)}\n`);
  if (error instanceof BullaError) {
    if (error.at.length > 0) stderr.write(`  at   ${error.at.join(' › ')}\n`);
    if (error.hint !== undefined) stderr.write(`  try  ${error.hint}\n`);
  } else stderr.write('  This is a defect of bulla. Run it again with BULLA_DEBUG=1 and report what it prints.\n');
  if ((env['BULLA_DEBUG'] ?? '') !== '' && error instanceof Error) stderr.write(`${error.stack ?? ''}\n`);
}
