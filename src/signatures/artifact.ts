import { createHash } from 'node:crypto';
import { algorithmOf, hexOf, type Digest } from '#kit/digest.ts';

/** What a signature is said to be over: a file, or as much of it as is known. */
export interface Artifact {
  /** By algorithm; SHA-256 is what most documents name. */
  readonly digests: Readonly<Partial<Record<'sha256' | 'sha384' | 'sha512', Buffer>>>;
  /** Its content, if that is at hand. */
  readonly bytes?: Buffer;
}

/** An artifact of which only the digest is known. */
export function artifactOfDigest(digest: Digest): Artifact {
  return { digests: { [algorithmOf(digest)]: Buffer.from(hexOf(digest), 'hex') } };
}

/** An artifact that is at hand. */
export function artifactOfBytes(bytes: Buffer): Artifact {
  const hash = (algorithm: string) => createHash(algorithm).update(bytes).digest();
  return { digests: { sha256: hash('sha256'), sha384: hash('sha384'), sha512: hash('sha512') }, bytes };
}
