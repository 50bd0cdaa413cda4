import { createHash } from 'node:crypto';
import type { InclusionProof } from '#signatures/signed.ts';

/**
 * The root of the tree that an inclusion proof leads to (RFC 9162, 2.1.3.2); nothing if the proof has not the length that its
 * place in the tree demands.
 */
export function rootOfProof(entry: Buffer, { index, size, hashes }: InclusionProof): Buffer | undefined {
  if (index >= size) return undefined;
  let place = index;
  let last = size - 1n;
  let hash = hashOf(0, entry);
  for (const sibling of hashes) {
    if (last === 0n) return undefined;
    if (place % 2n === 1n || place === last) {
      hash = hashOf(1, sibling, hash);
      while (place % 2n === 0n && place !== 0n) {
        place >>= 1n;
        last >>= 1n;
      }
    } else hash = hashOf(1, hash, sibling);
    place >>= 1n;
    last >>= 1n;
  }
  return last === 0n ? hash : undefined;
}

/** Leaves and nodes are told apart by their first byte (RFC 9162, 2.1.1). */
function hashOf(kind: 0 | 1, ...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha256').update(Buffer.of(kind));
  for (const part of parts) hash.update(part);
  return hash.digest();
}
