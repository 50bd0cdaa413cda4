import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readCbor } from './cbor.ts';
import { encode } from './testing.ts';

// Examples of RFC 8949, appendix A.
const values: readonly [hex: string, value: unknown][] = [
  ['00', 0],
  ['17', 23],
  ['1818', 24],
  ['1903e8', 1000],
  ['1a000f4240', 1000000],
  ['1b000000e8d4a51000', 1000000000000],
  ['20', -1],
  ['3863', -100],
  ['3903e7', -1000],
  ['f4', false],
  ['f5', true],
  ['f6', null],
  ['c11a514b67b0', { tag: 1, content: 1363896240 }],
  ['40', Buffer.alloc(0)],
  ['4401020304', Buffer.of(1, 2, 3, 4)],
  ['60', ''],
  ['62c3bc', 'ü'],
  ['83010203', [1, 2, 3]],
  ['8301820203820405', [1, [2, 3], [4, 5]]],
  ['a0', new Map()],
  [
    'a201020304',
    new Map([
      [1, 2],
      [3, 4],
    ]),
  ],
  [
    'a26161016162820203',
    new Map<unknown, unknown>([
      ['a', 1],
      ['b', [2, 3]],
    ]),
  ],
];

for (const [hex, value] of values) {
  test(`cbor: ${hex}`, () => {
    assert.deepEqual(readCbor(Buffer.from(hex, 'hex')), value);
    assert.equal(encode(value).toString('hex'), hex);
  });
}

const refused: readonly [what: string, hex: string][] = [
  ['nothing', ''],
  ['more than one value', '0000'],
  ['a number in more bytes than it needs', '1817'],
  ['a number in more bytes than it needs', '190018'],
  ['a length in more bytes than it needs', '5801ff'],
  ['a number beyond 2^53', '1b0020000000000000'],
  ['a number beyond 2^53', '3bffffffffffffffff'],
  ['a length that is not known yet', '5f42010243030405ff'],
  ['a list whose length is not known yet', '9fff'],
  ['a map whose length is not known yet', 'bfff'],
  ['a reserved length', '1c'],
  ['bytes that are not there', '4401'],
  ['a list that is not there', '9a7fffffff'],
  ['a map that is not there', 'ba7fffffff'],
  ['a text that is not UTF-8', '61ff'],
  ['a float', 'f93c00'],
  ['an undefined value', 'f7'],
  ['a label that is there twice', 'a201000100'],
  ['a label that is a list', 'a18000'],
  ['a tag of nothing', 'c1'],
  ['lists in lists without end', '81'.repeat(100)],
  ['more items than any envelope has', `999c40${'00'.repeat(40000)}`],
];

for (const [what, hex] of refused) {
  test(`cbor: ${what} is refused`, () => assert.equal(readCbor(Buffer.from(hex, 'hex')), undefined));
}

test('cbor: any bytes give a value that is written as they are, or nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const value = readCbor(Buffer.from(bytes));
      if (value !== undefined) assert.deepEqual(encode(value), Buffer.from(bytes));
    }),
    { numRuns: 2000 },
  );
});
