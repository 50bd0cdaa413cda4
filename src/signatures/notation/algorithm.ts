import { constants, verify, type KeyObject } from 'node:crypto';

/** How a key of Notation signs; the key decides, and the envelope must say the same. */
export interface NotationAlgorithm {
  /** As JWS calls it (RFC 7518, 3.1). */
  readonly name: string;
  /** As COSE does (RFC 9053, 2). */
  readonly cose: number;
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  /** The only keys that sign so: RSA of so many bits, or a curve. */
  readonly key: number | string;
}

/** All algorithms of the Notary Project (signature specification, "Algorithm Selection"). */
export const notationAlgorithms: readonly NotationAlgorithm[] = [
  { name: 'PS256', cose: -37, hash: 'sha256', key: 2048 },
  { name: 'PS384', cose: -38, hash: 'sha384', key: 3072 },
  { name: 'PS512', cose: -39, hash: 'sha512', key: 4096 },
  { name: 'ES256', cose: -7, hash: 'sha256', key: 'prime256v1' },
  { name: 'ES384', cose: -35, hash: 'sha384', key: 'secp384r1' },
  { name: 'ES512', cose: -36, hash: 'sha512', key: 'secp521r1' },
];

/** How this key signs; nothing if such keys do not. */
export function algorithmOfKey({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): NotationAlgorithm | undefined {
  const kind =
    asymmetricKeyType === 'rsa'
      ? asymmetricKeyDetails?.modulusLength
      : asymmetricKeyType === 'ec'
        ? asymmetricKeyDetails?.namedCurve
        : undefined;
  return notationAlgorithms.find(({ key }) => key === kind);
}

/** Whether the key has signed these bytes: RSASSA-PSS with a salt as long as the hash, or ECDSA as two numbers side by side. */
export function isSignedBy(key: KeyObject, { hash }: NotationAlgorithm, bytes: Buffer, signature: Buffer): boolean {
  try {
    return key.asymmetricKeyType === 'rsa'
      ? verify(hash, bytes, { key, ...pss }, signature)
      : verify(hash, bytes, { key, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    return false;
  }
}

/** RFC 7518, 3.5 and RFC 8230, 2. */
export const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } as const;
