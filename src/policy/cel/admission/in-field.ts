import { BullaError } from '#kit/error.ts';
import { policyError } from '#policy/errors.ts';

/** Names the field in what is wrong with an expression of it. */
export function inField<T>(path: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof BullaError)) throw error;
    const code = error.code === 'policy-unsupported' ? 'policy-unsupported' : 'policy-invalid';
    throw policyError(code, `${path}: ${error.message}`, { hint: error.hint, cause: error });
  }
}
