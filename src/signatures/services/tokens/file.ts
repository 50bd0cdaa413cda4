import { readFile } from 'node:fs/promises';
import type { TokenProvider } from './provider.ts';

/** The file that cosign looks for, as a projected service account token of Kubernetes may be mounted there. */
const usualPath = '/var/run/sigstore/cosign/oidc-token';

export const fileToken: TokenProvider = {
  name: usualPath,
  async token(environment) {
    const path = environment['SIGSTORE_ID_TOKEN_FILE'] || usualPath;
    const text = await readFile(path, 'utf8').catch(() => '');
    return text.trim() === '' ? undefined : text.trim();
  },
};
