import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { signatureError } from '#signatures/errors.ts';
import { kindOfKey } from './algorithm.ts';

/** A key that signs, wherever its secret part is. */
export interface SigningKey {
  readonly publicKey: KeyObject;
  /**
   * Signs bytes, which it hashes as its kind of key does: ECDSA in DER with the hash of its curve's size, RSA PKCS #1 v1.5 with
   * SHA-256, Ed25519 without a hash.
   */
  sign(bytes: Buffer): Promise<Buffer>;
}

/**
 * A key whose secret part is at hand.
 * @param name for errors
 * @throws `key-invalid` if Bulla does not sign with such keys
 */
export function localSigningKey(privateKey: KeyObject, name: string): SigningKey {
  const { hash } = kindOfKey(privateKey, name);
  return {
    publicKey: createPublicKey(privateKey),
    sign: (bytes) => Promise.resolve(sign(hash ?? null, bytes, privateKey)),
  };
}

/**
 * A key whose secret part is elsewhere. Each signature is verified before it is used: what a service got wrong shall be found
 * here, and not by whoever wants to run the image.
 *
 * @param signElsewhere makes the signature
 * @throws `key-invalid` if Bulla does not sign with such keys; signing then throws `service-invalid` and what `signElsewhere` throws
 */
export function remoteSigningKey(
  publicKey: KeyObject,
  name: string,
  signElsewhere: (bytes: Buffer) => Promise<Buffer>,
): SigningKey {
  const { hash } = kindOfKey(publicKey, name);
  return {
    publicKey,
    async sign(bytes) {
      const signature = await signElsewhere(bytes);
      if (isSigned(bytes, signature)) return signature;
      throw signatureError('service-invalid', `what ${name} gives is no signature of that key`, {
        hint: 'check that the key may sign, and that its public key was not exchanged meanwhile',
      });
    },
  };

  function isSigned(bytes: Buffer, signature: Buffer): boolean {
    try {
      return verify(hash ?? null, bytes, publicKey, signature);
    } catch {
      return false;
    }
  }
}
