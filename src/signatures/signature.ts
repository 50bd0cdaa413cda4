import { constants, publicDecrypt, verify, type KeyObject } from 'node:crypto';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import type { Artifact } from './artifact.ts';
import { refuse, type Refusal } from './refusal.ts';
import { preAuthenticationEncoding, type Signed, type SignedContent } from './signed.ts';

type Hash = 'sha256' | 'sha384' | 'sha512';

/** The hashes that a key may sign with, the usual one first; some signers take SHA-256 whatever the key. */
function hashesOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): readonly Hash[] {
  if (asymmetricKeyType === 'rsa') return ['sha256', 'sha384', 'sha512'];
  if (asymmetricKeyType !== 'ec') return [];
  switch (asymmetricKeyDetails?.namedCurve) {
    case 'prime256v1':
      return ['sha256'];
    case 'secp384r1':
      return ['sha384', 'sha256'];
    case 'secp521r1':
      return ['sha512', 'sha256'];
    default:
      return [];
  }
}

/**
 * Checks that a key has signed this content: ECDSA (P-256, P-384, P-521), RSA PKCS #1 v1.5 or Ed25519.
 * @param artifact what was signed, for signatures over a file that is elsewhere
 * @returns what is wrong, or nothing
 */
export function checkSignature(signed: Signed, key: KeyObject, artifact: Artifact | undefined): Refusal | undefined {
  const { asymmetricKeyType } = key;
  if (asymmetricKeyType !== 'ed25519' && hashesOf(key).length === 0) {
    return refuse('signature-algorithm', `keys of kind ${asymmetricKeyType ?? 'unknown'} are not understood`);
  }
  if (signed.content.kind === 'artifact') return checkOverArtifact(signed, key, artifact);
  return isSignedBytes(signedBytes(signed.content), key, signed.signature) ? undefined : broken();
}

function signedBytes(content: Exclude<SignedContent, { kind: 'artifact' }>): Buffer {
  return content.kind === 'payload' ? content.bytes : preAuthenticationEncoding(content.payloadType, content.payload);
}

function checkOverArtifact({ signature }: Signed, key: KeyObject, artifact: Artifact | undefined): Refusal | undefined {
  if (artifact === undefined) return refuse('artifact-needed', 'the signature is over a file, and that was not named');
  if (artifact.bytes !== undefined) return isSignedBytes(artifact.bytes, key, signature) ? undefined : broken();
  if (key.asymmetricKeyType === 'ed25519') {
    return refuse('artifact-needed', 'signatures of Ed25519 keys can be verified with the file itself only');
  }
  const isValid = hashesOf(key).some((hash) => {
    const digest = artifact.digests[hash];
    return digest !== undefined && isSignedDigest(digest, hash, key, signature);
  });
  return isValid ? undefined : broken();
}

function broken(): Refusal {
  return refuse('signature-invalid', 'the key has not signed this');
}

function isSignedBytes(bytes: Buffer, key: KeyObject, signature: Buffer): boolean {
  const hashes = key.asymmetricKeyType === 'ed25519' ? [null] : hashesOf(key);
  return hashes.some((hash) => {
    try {
      return verify(hash, bytes, key, signature);
    } catch {
      return false;
    }
  });
}

/** DER of DigestInfo up to the digest (RFC 8017, 9.2, note 1). */
const digestInfo: Readonly<Record<Hash, string>> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
};
const curves = { prime256v1: p256, secp384r1: p384, secp521r1: p521 } as const;

/** The same where only the digest is at hand, which OpenSSL's interface in Node.js does not offer. */
function isSignedDigest(digest: Buffer, hash: Hash, key: KeyObject, signature: Buffer): boolean {
  try {
    if (key.asymmetricKeyType === 'rsa') {
      const opened = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
      return opened.equals(Buffer.concat([Buffer.from(digestInfo[hash], 'hex'), digest]));
    }
    const name = key.asymmetricKeyDetails?.namedCurve;
    const curve = name !== undefined && name in curves ? curves[name as keyof typeof curves] : undefined;
    return curve?.verify(signature, digest, pointOf(key), { prehash: false, lowS: false, format: 'der' }) ?? false;
  } catch {
    return false;
  }
}

/** The point of an elliptic curve that a key is, uncompressed (SEC 1, 2.3.3). */
function pointOf(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
}
