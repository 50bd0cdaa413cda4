import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32c } from './crc32c.ts';

// RFC 3720, B.4, and the check value of the algorithm.
for (const [what, bytes, sum] of [
  ['nothing', Buffer.alloc(0), 0],
  ['123456789', Buffer.from('123456789'), 0xe3_06_92_83],
  ['zeros', Buffer.alloc(32), 0x8a_91_36_aa],
  ['ones', Buffer.alloc(32, 0xff), 0x62_a8_ab_43],
  ['increasing', Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46_dd_79_4e],
] as const) {
  test(`the sum of ${what}`, () => assert.equal(crc32c(bytes), sum));
}
