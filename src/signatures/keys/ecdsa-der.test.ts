import assert from 'node:assert/strict';
import { createPublicKey, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import { generateKey } from './algorithm.ts';
import { ecdsaToDer } from './ecdsa-der.ts';

for (const algorithm of ['ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521'] as const) {
  test(`signatures of ${algorithm} stay good`, () => {
    const key = generateKey(algorithm);
    // Enough that numbers of each first bit, and short ones, are among them.
    for (let index = 0; index < 40; index++) {
      const content = Buffer.from([index]);
      const signature = ecdsaToDer(sign('sha256', content, { key, dsaEncoding: 'ieee-p1363' }));
      assert.ok(verify('sha256', content, createPublicKey(key), signature ?? Buffer.alloc(0)));
    }
  });
}

for (const [hex, der] of [
  ['0102', '3006020101020102'],
  ['0000', '3006020100020100'],
  ['00800001', '300702020080020101'],
  ['', undefined],
  ['010203', undefined],
  ['00'.repeat(134), undefined],
] as const) {
  test(`"${hex.slice(0, 20)}" is ${der ?? 'none'}`, () =>
    assert.equal(ecdsaToDer(Buffer.from(hex, 'hex'))?.toString('hex'), der));
}
