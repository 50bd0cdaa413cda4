import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { messageOf } from '#kit/error.ts';
import { signatureError } from '#signatures/errors.ts';
import type { TokenProvider } from './provider.ts';

/** Buildkite, whose agent gives tokens to its jobs. */
export const buildkite: TokenProvider = {
  name: 'Buildkite',
  async token(environment, audience) {
    if (!environment['BUILDKITE_AGENT_ACCESS_TOKEN']) return undefined;
    try {
      const args = ['oidc', 'request-token', '--audience', audience];
      const { stdout } = await promisify(execFile)('buildkite-agent', args, { timeout: 30_000 });
      return stdout.trim();
    } catch (error) {
      throw signatureError('token-missing', `buildkite-agent gives no token: ${messageOf(error)}`, { cause: error });
    }
  },
};
