import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inChunksOf } from './chunks.ts';

test('chunks are the bytes after what is skipped, all of one size but the last', async () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)));
  await fc.assert(
    fc.asyncProperty(pieces, fc.nat(60), fc.integer({ min: 1, max: 15 }), async (given, skipped, size) => {
      const chunks = await Array.fromAsync(inChunksOf(streamOf(given), skipped, size));
      assert.deepEqual(Buffer.concat(chunks), Buffer.concat(given).subarray(skipped));
      assert.ok(chunks.slice(0, -1).every(({ length }) => length === size));
      assert.ok(chunks.every(({ length }) => length > 0 && length <= size));
    }),
  );
});

test('the last chunk does not come before the end is known', async () => {
  const got: string[] = [];
  const read = async () => {
    for await (const chunk of inChunksOf(failing(), 0, 2)) got.push(chunk.toString());
  };
  await assert.rejects(read, /broken/);
  assert.deepEqual(got, ['ab']);
});

async function* failing() {
  yield Buffer.from('abcd');
  throw new Error('broken');
}

async function* streamOf(pieces: readonly Buffer[]) {
  yield* pieces;
}
