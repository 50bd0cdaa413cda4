import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { proofOf, rootOf } from './merkle.ts';

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** The verifier's side, by the algorithm of RFC 9162, 2.1.3.2, which shares nothing with the making. */
function climb(leaf: Uint8Array, index: number, size: number, proof: readonly Buffer[]): Buffer | undefined {
  let [node, last] = [index, size - 1];
  let hash = sha256(Buffer.of(0), leaf);
  for (const other of proof) {
    if (last === 0) return undefined;
    if (node % 2 === 1 || node === last) {
      hash = sha256(Buffer.of(1), other, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node >> 1, last >> 1];
    } else {
      hash = sha256(Buffer.of(1), hash, other);
    }
    [node, last] = [node >> 1, last >> 1];
  }
  return last === 0 ? hash : undefined;
}

test('merkle: the root of one leaf is its hash', () => {
  assert.equal(
    rootOf([Buffer.alloc(0)]).toString('hex'),
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  );
});

test('merkle: every leaf of every tree is proven', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 8 }), { minLength: 1, maxLength: 40 }), (leaves) => {
      const root = rootOf(leaves).toString('hex');
      for (const [index, leaf] of leaves.entries()) {
        assert.equal(climb(leaf, index, leaves.length, proofOf(leaves, index))?.toString('hex'), root);
      }
    }),
    { numRuns: 50 },
  );
});

test('merkle: a proof is of its leaf alone', () => {
  const leaves = ['a', 'b', 'c', 'd', 'e'].map((text) => Buffer.from(text));
  assert.notDeepEqual(climb(Buffer.from('x'), 2, 5, proofOf(leaves, 2)), rootOf(leaves));
  assert.throws(() => proofOf(leaves, 5), RangeError);
  assert.throws(() => rootOf([]), RangeError);
});
