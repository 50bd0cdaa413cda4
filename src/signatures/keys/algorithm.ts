import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { signatureError } from '#signatures/errors.ts';

/** The keys that Bulla makes. The first is what every verifier understands. */
export const keyAlgorithms = ['ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521', 'rsa-3072', 'ed25519'] as const;

export type KeyAlgorithm = (typeof keyAlgorithms)[number];

/** How a key signs. */
export interface KeyKind {
  /** Name of the algorithm with its size, also of keys that Bulla does not make itself. */
  readonly name: KeyAlgorithm | 'rsa-2048' | 'rsa-4096';
  /** With which it signs; Ed25519 takes the content as it is (RFC 8032, 5.1). */
  readonly hash: 'sha256' | 'sha384' | 'sha512' | undefined;
}

const kindsByCurve: ReadonlyMap<string, KeyKind> = new Map([
  ['prime256v1', { name: 'ecdsa-p256', hash: 'sha256' }],
  ['secp384r1', { name: 'ecdsa-p384', hash: 'sha384' }],
  ['secp521r1', { name: 'ecdsa-p521', hash: 'sha512' }],
]);

const kindsByBits: ReadonlyMap<number, KeyKind> = new Map([
  [2048, { name: 'rsa-2048', hash: 'sha256' }],
  [3072, { name: 'rsa-3072', hash: 'sha256' }],
  [4096, { name: 'rsa-4096', hash: 'sha256' }],
]);

/** The kind of a key, private or public; nothing if Bulla does not sign with such keys. */
export function kindOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): KeyKind | undefined {
  if (asymmetricKeyType === 'ed25519') return { name: 'ed25519', hash: undefined };
  if (asymmetricKeyType === 'ec') return kindsByCurve.get(asymmetricKeyDetails?.namedCurve ?? '');
  return asymmetricKeyType === 'rsa' ? kindsByBits.get(asymmetricKeyDetails?.modulusLength ?? 0) : undefined;
}

/** The same, of a key that must have one. @throws `key-invalid` */
export function kindOfKey(key: KeyObject, name: string): KeyKind {
  const kind = kindOf(key);
  if (kind !== undefined) return kind;
  const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails: details } = key;
  const what = [type, details?.namedCurve ?? details?.modulusLength].filter((part) => part !== undefined).join(' ');
  throw signatureError('key-invalid', `${name} is a key of a kind that does not sign images: ${what}`, {
    hint: 'use ECDSA (P-256, P-384, P-521), RSA (2048, 3072, 4096 bits) or Ed25519: bulla key generate',
  });
}

/** Makes a new private key, from which the public one follows. */
export function generateKey(algorithm: KeyAlgorithm): KeyObject {
  switch (algorithm) {
    case 'ecdsa-p256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    case 'ecdsa-p384':
      return generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
    case 'ecdsa-p521':
      return generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey;
    case 'rsa-3072':
      return generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey;
    case 'ed25519':
      return generateKeyPairSync('ed25519').privateKey;
  }
}
