import { createPrivateKey, type KeyObject } from 'node:crypto';
import { messageOf } from '#kit/error.ts';
import { signatureError } from '#signatures/errors.ts';
import { encryptedLabels, openEncryptedKey, sealKey, type Password } from './encrypted-key.ts';
import { readPem, writePem } from './pem.ts';

/** The DER that a label promises: PKCS #8 (RFC 5958), PKCS #1 (RFC 8017, A.1.2), SEC 1 (RFC 5915). */
const plainLabels: ReadonlyMap<string, 'pkcs8' | 'pkcs1' | 'sec1'> = new Map([
  ['PRIVATE KEY', 'pkcs8'],
  ['RSA PRIVATE KEY', 'pkcs1'],
  ['EC PRIVATE KEY', 'sec1'],
]);

/**
 * Reads a private key in PEM: encrypted as cosign does, or not encrypted.
 * @param password asked for only if it is encrypted
 * @throws `key-invalid`, `key-password-wrong`, and what asking for the password throws
 */
export async function readPrivateKey(
  pem: string | Buffer,
  name: string,
  password: () => Promise<Password>,
): Promise<KeyObject> {
  const block = readPem(pem.toString(), 'PRIVATE KEY');
  if (block === undefined) throw noPrivateKey(pem.toString(), name);
  if (isEncryptedLabel(block.label)) return openEncryptedKey(block, name, password);
  const type = plainLabels.get(block.label);
  // Their parameters say how long decrypting takes, without an end: nothing to do for whoever did not make them.
  if (type === undefined || block.headers !== '') {
    throw signatureError('key-invalid', `${name} is encrypted in a way that is not read`, {
      hint: `decrypt it and import it: openssl pkey -in ${name} | bulla key import --key /dev/stdin`,
    });
  }
  try {
    return createPrivateKey({ key: block.body, format: 'der', type });
  } catch (error) {
    throw signatureError('key-invalid', `${name} is not a private key: ${messageOf(error)}`, {
      hint: 'make a new one: bulla key generate',
      cause: error,
    });
  }
}

/** Writes a private key in cosign's encrypted format. @returns PEM */
export async function writePrivateKey(key: KeyObject, password: Buffer): Promise<string> {
  return writePem(encryptedLabels[0], await sealKey(key, password));
}

/** Whether a PEM text is a key that is already encrypted as Bulla and cosign do. */
export function isEncryptedKey(pem: string | Buffer): boolean {
  return isEncryptedLabel(readPem(pem.toString(), 'PRIVATE KEY')?.label);
}

function isEncryptedLabel(label: string | undefined): boolean {
  return encryptedLabels.some((known) => known === label);
}

function noPrivateKey(text: string, name: string) {
  const isPublic = readPem(text, 'PUBLIC KEY') !== undefined;
  return isPublic
    ? signatureError('key-invalid', `${name} is a public key, and only private keys sign`, {
        hint: 'name the file that ends in .key',
      })
    : signatureError('key-invalid', `${name} is not a private key in PEM`, {
        hint: 'a private key begins with -----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY----- or -----BEGIN PRIVATE KEY-----',
      });
}
