/**
 * The same bytes in chunks of `size`, of which only the last may be smaller, without the first `skipped`. No chunk is given
 * before it is known that the bytes go on or have come to their end.
 */
export async function* inChunksOf(bytes: AsyncIterable<Buffer>, skipped: number, size: number): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  let toSkip = skipped;
  for await (const piece of bytes) {
    const start = Math.min(toSkip, piece.length);
    toSkip -= start;
    for (let at = start; at < piece.length;) {
      if (length === size) {
        yield Buffer.concat(parts, length);
        parts = [];
        length = 0;
      }
      const part = piece.subarray(at, at + size - length);
      parts.push(part);
      length += part.length;
      at += part.length;
    }
  }
  if (length > 0) yield Buffer.concat(parts, length);
}
