import { sign, type KeyObject } from 'node:crypto';
import { der } from '#signatures/certificate/der.ts';

/** How a key signs, in the words of each format that must name it. */
export interface Algorithm {
  /** The hash that the signature is made over; `undefined` where the algorithm has its own (Ed25519). */
  readonly hash: 'sha256' | 'sha384' | 'sha512' | undefined;
  /** AlgorithmIdentifier in DER (RFC 5758, RFC 8410, RFC 4055). */
  readonly identifier: Buffer;
  /** `PublicKeyDetails` of Sigstore's common protobuf, by name. */
  readonly keyDetails: string;
}

/**
 * The algorithm of a public or private key: ECDSA hashes with the strength of its curve, RSA signs PKCS #1 v1.5 with SHA-256.
 * @throws TypeError for a key of another kind
 */
export function algorithmOf(key: KeyObject): Algorithm {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const found = algorithms.get(type === 'ec' ? (details?.namedCurve ?? '') : (type ?? ''));
  if (found === undefined) throw new TypeError(`no signatures with a key of type ${type ?? key.type}`);
  return type === 'rsa' ? { ...found, keyDetails: `PKIX_RSA_PKCS1V15_${details?.modulusLength ?? 0}_SHA256` } : found;
}

/** Signs bytes with a private key by {@link algorithmOf}; ECDSA signatures are DER. */
export function signWith(key: KeyObject, bytes: Uint8Array): Buffer {
  return sign(algorithmOf(key).hash ?? null, bytes, key);
}

const algorithms: ReadonlyMap<string, Algorithm> = new Map([
  ['prime256v1', ecdsa('sha256', '1.2.840.10045.4.3.2', 'PKIX_ECDSA_P256_SHA_256')],
  ['secp384r1', ecdsa('sha384', '1.2.840.10045.4.3.3', 'PKIX_ECDSA_P384_SHA_384')],
  ['secp521r1', ecdsa('sha512', '1.2.840.10045.4.3.4', 'PKIX_ECDSA_P521_SHA_512')],
  ['ed25519', { hash: undefined, identifier: der.sequence(der.oid('1.3.101.112')), keyDetails: 'PKIX_ED25519' }],
  ['rsa', { hash: 'sha256', identifier: der.sequence(der.oid('1.2.840.113549.1.1.11'), der.null()), keyDetails: '' }],
]);

function ecdsa(hash: 'sha256' | 'sha384' | 'sha512', id: string, keyDetails: string): Algorithm {
  return { hash, identifier: der.sequence(der.oid(id)), keyDetails };
}
