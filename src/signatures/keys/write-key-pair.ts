import { createPublicKey, type KeyObject } from 'node:crypto';
import { kindOfKey, type KeyKind } from './algorithm.ts';
import type { Password } from './encrypted-key.ts';
import { writePrivateKey } from './private-key.ts';
import { keyIdOf } from './verification-key.ts';
import { checkAbsent, writeNewFiles } from './write-new-files.ts';

/** A pair of keys in files. */
export interface KeyPair {
  readonly algorithm: KeyKind['name'];
  /** Base64 of the SHA-256 of the public key, by which bundles name it. */
  readonly keyId: string;
  readonly privateKeyFile: string;
  readonly publicKeyFile: string;
  /** Whether the password protects anything: an empty one does not. */
  readonly isProtected: boolean;
}

/** Where a pair goes: `PREFIX.key` and `PREFIX.pub`. */
export interface KeyPairFiles {
  readonly privateKeyFile: string;
  readonly publicKeyFile: string;
}

/** The files of a pair, which must not be there. @throws `key-exists` */
export async function newKeyPairFiles(prefix: string): Promise<KeyPairFiles> {
  const files = { privateKeyFile: `${prefix}.key`, publicKeyFile: `${prefix}.pub` };
  await checkAbsent(Object.values(files));
  return files;
}

/**
 * Writes a private key, encrypted and readable by its owner only, and its public key beside it.
 * @throws `key-exists`, `key-unwritable`, `key-invalid`
 */
export async function writeKeyPair(
  privateKey: KeyObject,
  { privateKeyFile, publicKeyFile }: KeyPairFiles,
  password: Password,
): Promise<KeyPair> {
  const { name } = kindOfKey(privateKey, privateKeyFile);
  const publicKey = createPublicKey(privateKey);
  await writeNewFiles([
    { path: privateKeyFile, content: await writePrivateKey(privateKey, password.bytes), mode: 0o600 },
    { path: publicKeyFile, content: writePublicKey(publicKey), mode: 0o644 },
  ]);
  const isProtected = password.bytes.length > 0;
  return { algorithm: name, keyId: keyIdOf(publicKey), privateKeyFile, publicKeyFile, isProtected };
}

/** A public key in PEM (SPKI), as everyone reads it. */
export function writePublicKey(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'spki' });
}
