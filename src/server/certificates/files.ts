import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { messageOf } from '#kit/error.ts';
import { serverError } from '#server/errors.ts';
import type { CertificateSource } from './source.ts';

/**
 * A certificate in files that somebody else renews, such as cert-manager. They are read each time: what does not fit together is
 * half of a renewal, and an error.
 */
export function certificateFiles(certificatePath: string, keyPath: string, authorityPath?: string): CertificateSource {
  return {
    async current() {
      const [certificate, key] = await Promise.all([readText(certificatePath), readText(keyPath)]);
      try {
        if (new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))) return { certificate, key };
      } catch (error) {
        throw unusable(certificatePath, messageOf(error));
      }
      throw unusable(certificatePath, `the key in ${keyPath} is not its key`);
    },
    authorities: () => (authorityPath === undefined ? Promise.resolve('') : readText(authorityPath)),
  };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw unusable(path, messageOf(error));
  }
}

function unusable(path: string, problem: string) {
  return serverError('certificate-unusable', `the certificate in ${path} cannot be used: ${problem}`, {
    hint: 'name a certificate and its key, PEM: --tls-cert FILE --tls-key FILE',
  });
}
