import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { der } from './der.ts';

const table: readonly [what: string, written: Buffer, hex: string][] = [
  ['zero', der.integer(0), '020100'],
  ['a number with its highest bit set', der.integer(128), '02020080'],
  ['bytes with needless zeros', der.integer(Buffer.from('00000102', 'hex')), '02020102'],
  ['no bytes', der.integer(Buffer.alloc(0)), '020100'],
  ['true', der.boolean(true), '0101ff'],
  ['null', der.null(), '0500'],
  ['object identifier', der.oid('1.2.840.113549.1.7.2'), '06092a864886f70d010702'],
  ['object identifier below 2.x', der.oid('2.5.29.17'), '0603551d11'],
  ['object identifier with a large second number', der.oid('2.999.3'), '0603883703'],
  ['octets', der.octets(Buffer.of(1, 2)), '04020102'],
  ['bits', der.bits(Buffer.of(0x80), 7), '03020780'],
  ['empty sequence', der.sequence(), '3000'],
  ['set in ascending order', der.set(der.integer(2), der.integer(1)), '3106020101020102'],
  ['text', der.utf8('é'), '0c02c3a9'],
  ['context tag around', der.context(3, der.integer(1)), 'a303020101'],
  ['context tag in place', der.contextPrimitive(0, Buffer.of(7)), '800107'],
  ['time of this century', der.time(new Date('2049-12-31T23:59:59Z')), '170d3439313233313233353935395a'],
  ['time after 2049', der.time(new Date('2050-01-01T00:00:00Z')), '180f32303530303130313030303030305a'],
];

for (const [what, written, hex] of table) test(`der: ${what}`, () => assert.equal(written.toString('hex'), hex));

test('der: lengths are as short as can be', () => {
  for (const [length, header] of [
    [127, '047f'],
    [128, '048180'],
    [255, '0481ff'],
    [256, '04820100'],
    [65536, '0483010000'],
  ] as const) {
    assert.equal(
      der
        .octets(Buffer.alloc(length))
        .subarray(0, header.length / 2)
        .toString('hex'),
      header,
    );
  }
});

test('der: negative numbers are refused', () => assert.throws(() => der.integer(-1), RangeError));

test('der: integers are read back as they were', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 160n }), (value) => {
      const [tag, length, ...content] = der.integer(value);
      assert.equal(tag, 2);
      assert.equal(length, content.length);
      assert.ok((content[0] ?? 0) < 0x80, 'positive');
      assert.equal(BigInt(`0x${Buffer.from(content).toString('hex')}`), value);
    }),
  );
});
