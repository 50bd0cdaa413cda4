import { readFile } from 'node:fs/promises';
import type { TokenProvider } from './provider.ts';

const usualPath = '/var/run/sigstore/cosign/oidc-token';

/**
 * A file: the one that `SIGSTORE_ID_TOKEN_FILE` names, else the one that cosign looks for, where a projected service account token of
 * Kubernetes may be mounted.
 */
export const fileToken: TokenProvider = {
  name: usualPath,
  async token(environment) {
    const path = environment['SIGSTORE_ID_TOKEN_FILE'] || usualPath;
    const text = await readFile(path, 'utf8').catch(() => '');
    return text.trim() === '' ? undefined : text.trim();
  },
};
