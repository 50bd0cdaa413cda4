import { tokenFromProgram } from './from-program.ts';
import type { TokenProvider } from './provider.ts';

/** CircleCI, whose program gives tokens to its jobs: those in the environment are for another audience. */
export const circleci: TokenProvider = {
  name: 'CircleCI',
  async token(environment, audience) {
    if (environment['CIRCLECI'] !== 'true' || !environment['CIRCLE_OIDC_TOKEN_V2']) return undefined;
    return tokenFromProgram(
      'circleci',
      ['run', 'oidc', 'get', '--claims', JSON.stringify({ aud: audience })],
      environment,
    );
  },
};
