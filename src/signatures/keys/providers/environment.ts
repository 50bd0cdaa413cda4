import { signatureError } from '#signatures/errors.ts';
import type { KeyProvider } from './provider.ts';

/** `env://VARIABLE`, which holds PEM. */
export const environmentKeys: KeyProvider = {
  schemes: ['env'],
  usesNetwork: false,
  async find({ path }, _purpose, { environment }) {
    const pem = environment[path];
    if (pem !== undefined && pem !== '') return { kind: 'pem', pem: Buffer.from(pem) };
    throw signatureError('key-not-found', `the environment has no variable ${path}`, {
      hint: 'set it to the PEM text of the key, not to the path of a file',
    });
  },
};
