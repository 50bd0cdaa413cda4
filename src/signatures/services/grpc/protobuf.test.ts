import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readMessage, writeMessage } from './protobuf.ts';

const field = fc
  .tuple(fc.integer({ min: 1, max: 2 ** 29 - 1 }), fc.uint8Array({ maxLength: 400 }))
  .map(([number, bytes]) => ({ number, bytes: Buffer.from(bytes) }));

test('what is written is read', () => {
  fc.assert(fc.property(fc.array(field), (fields) => assert.deepEqual(readMessage(writeMessage(fields)), fields)));
});

test('numbers are passed over', () => {
  const message = Buffer.from('08960112016119000000000000000025000000001a0162', 'hex');
  assert.deepEqual(
    readMessage(message)?.map(({ number, bytes }) => [number, String(bytes)]),
    [
      [2, 'a'],
      [3, 'b'],
    ],
  );
});

test('what is cut off, or no message, is nothing', () => {
  for (const hex of ['08', '0a', '0a05', '0a0561', '0aff', '00', '0b', '0f', 'ff'.repeat(11), '21000000', '2500']) {
    assert.equal(readMessage(Buffer.from(hex, 'hex')), undefined, hex);
  }
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      readMessage(Buffer.from(bytes));
    }),
  );
});
