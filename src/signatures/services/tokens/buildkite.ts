import { tokenFromProgram } from './from-program.ts';
import type { TokenProvider } from './provider.ts';

/** Buildkite, whose agent gives tokens to its jobs. */
export const buildkite: TokenProvider = {
  name: 'Buildkite',
  async token(environment, audience) {
    if (!environment['BUILDKITE_AGENT_ACCESS_TOKEN']) return undefined;
    return tokenFromProgram('buildkite-agent', ['oidc', 'request-token', '--audience', audience], environment);
  },
};
