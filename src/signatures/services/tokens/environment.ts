import type { TokenProvider } from './provider.ts';

/** `SIGSTORE_ID_TOKEN`, which GitLab, Codefresh and others set when a job asks for it. */
export const environmentToken: TokenProvider = {
  name: 'SIGSTORE_ID_TOKEN',
  token: (environment) => Promise.resolve(environment['SIGSTORE_ID_TOKEN'] || undefined),
};
