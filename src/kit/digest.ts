import { createHash, type Hash } from 'node:crypto';

declare const brand: unique symbol;

/**
 * A content digest as OCI writes it, `sha256:` and 64 hexadecimal digits: the only identity that anything has here.
 * Follows the descriptor section of the OCI image specification; sha512 is the only other registered algorithm.
 */
export type Digest = string & { readonly [brand]: 'digest' };

const hexLength = { sha256: 64, sha512: 128 } as const;
type Algorithm = keyof typeof hexLength;

/** The digest that `text` is, or nothing if it is not one. */
export function parseDigest(text: unknown): Digest | undefined {
  if (typeof text !== 'string') return undefined;
  const colon = text.indexOf(':');
  const algorithm = text.slice(0, colon);
  const hex = text.slice(colon + 1);
  if (algorithm !== 'sha256' && algorithm !== 'sha512') return undefined;
  // The parsed edge: this is the only place where text becomes a digest.
  return hex.length === hexLength[algorithm] && /^[0-9a-f]+$/.test(hex) ? (text as Digest) : undefined;
}

/** Which algorithm a digest was made with. */
export function algorithmOf(digest: Digest): Algorithm {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256';
}

/** The hexadecimal part of a digest. */
export function hexOf(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/** The SHA-256 digest of bytes that are at hand. */
export function digestOf(bytes: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest;
}

/** A running digest, for bytes that stream past. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  digest(): Digest;
}

/** Starts a running digest, by default SHA-256; give the digest to compare with, and it uses the same algorithm. */
export function createHasher(like?: Digest): Hasher {
  const algorithm = like === undefined ? 'sha256' : algorithmOf(like);
  const hash: Hash = createHash(algorithm);
  return {
    update: (bytes) => void hash.update(bytes),
    digest: () => `${algorithm}:${hash.digest('hex')}` as Digest,
  };
}

/** The first twelve digits, as people read a digest in a table. */
export function shortDigest(digest: Digest): string {
  return hexOf(digest).slice(0, 12);
}
