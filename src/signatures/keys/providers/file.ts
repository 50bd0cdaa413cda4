import { createReadStream } from 'node:fs';
import { collect } from '#kit/bytes.ts';
import { messageOf } from '#kit/error.ts';
import { signatureError } from '#signatures/errors.ts';
import { largestKeyFile } from '#signatures/keys/pem.ts';
import type { KeyProvider } from './provider.ts';

/** A PEM file, or a pipe that gives one. */
export const fileKeys: KeyProvider = {
  schemes: ['file'],
  usesNetwork: false,
  find: async ({ path, name }) => ({ kind: 'pem', pem: await readKeyFile(path, name) }),
};

/** Reads a file, but not more than a key can have: a path may be that of a device. @throws `key-not-found`, `key-invalid` */
async function readKeyFile(path: string, name: string): Promise<Buffer> {
  try {
    const bytes = await collect(createReadStream(path), largestKeyFile);
    if (bytes !== undefined) return bytes;
  } catch (error) {
    throw signatureError('key-not-found', `${name} cannot be read: ${messageOf(error)}`, { hint: 'check the path' });
  }
  throw signatureError('key-invalid', `${name} is too large to be a key`, { hint: 'check the path' });
}
