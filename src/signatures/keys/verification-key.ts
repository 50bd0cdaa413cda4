import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { signatureError } from '#signatures/errors.ts';
import type { Period } from '#signatures/trust/trust-root.ts';

/** A public key that is believed, for ever or for a time. */
export interface VerificationKey {
  readonly key: KeyObject;
  /** How the user calls it. */
  readonly name: string;
  readonly validFor?: Period;
}

/** The id that Sigstore bundles name a key by: base64 of the SHA-256 of its DER. */
export function keyIdOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('base64');
}

/** Reads a public key in PEM. @throws `key-invalid` */
export function readVerificationKey(pem: string | Buffer, name: string, validFor?: Period): VerificationKey {
  const text = pem.toString();
  if (/PRIVATE KEY/.test(text)) {
    throw signatureError('key-invalid', `${name} is a private key`, {
      hint: `verify with its public part: bulla key public --key ${name}`,
    });
  }
  try {
    return { key: createPublicKey(text), name, validFor };
  } catch (error) {
    throw signatureError('key-invalid', `${name} is not a public key`, {
      hint: 'a public key is a PEM file that begins with -----BEGIN PUBLIC KEY-----',
      cause: error,
    });
  }
}
