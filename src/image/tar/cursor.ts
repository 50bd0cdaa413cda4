/** A place in a stream of chunks that moves forward as it is read. Holds one chunk; joins two only where a read spans them. */
export interface Cursor {
  /** Bytes passed so far. */
  readonly offset: number;
  /** The next bytes without moving on: `count` of them, or fewer where the stream ends. They stay as they are. */
  peek(count: number): Promise<Buffer>;
  /** Moves on by `count` bytes, showing them piece by piece to `take`; false if the stream ends before. */
  pass(count: number, take?: (bytes: Buffer) => void): Promise<boolean>;
}

export function cursorOver(chunks: AsyncIterable<Buffer>): Cursor {
  const source = chunks[Symbol.asyncIterator]();
  let chunk: Buffer = Buffer.alloc(0);
  let position = 0;
  let offset = 0;

  async function load(wanted: number): Promise<void> {
    while (chunk.length - position < wanted) {
      const next = await source.next();
      if (next.done === true) return;
      chunk = position === chunk.length ? next.value : Buffer.concat([chunk.subarray(position), next.value]);
      position = 0;
    }
  }

  return {
    get offset() {
      return offset;
    },
    async peek(count) {
      if (chunk.length - position < count) await load(count);
      return chunk.subarray(position, position + count);
    },
    async pass(count, take) {
      for (let left = count; left > 0;) {
        if (position === chunk.length) await load(1);
        const piece = chunk.subarray(position, position + left);
        if (piece.length === 0) return false;
        take?.(piece);
        left -= piece.length;
        position += piece.length;
        offset += piece.length;
      }
      return true;
    },
  };
}
