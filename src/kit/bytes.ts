import { readSync } from 'node:fs';

/**
 * Bytes that can be read at any place: a buffer, or a file that is too large to be held.
 * Reading is synchronous because parsers of binary formats hop around in small steps.
 */
export interface RandomAccess {
  /** Length in bytes. */
  readonly size: number;
  /** The bytes from `offset`, exactly `length` of them; fewer only where the end comes first. Never to be written to. */
  read(offset: number, length: number): Buffer;
}

/** Random access to bytes in memory; reading copies nothing. */
export function inMemory(bytes: Uint8Array): RandomAccess {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    size: buffer.length,
    read: (offset, length) =>
      buffer.subarray(Math.min(offset, buffer.length), Math.min(offset + length, buffer.length)),
  };
}

/** Random access to bytes that lie in several pieces; copies only what spans two of them. */
export function inPieces(pieces: readonly Buffer[]): RandomAccess {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return inMemory(only);
  const starts: number[] = [];
  let size = 0;
  for (const piece of pieces) {
    starts.push(size);
    size += piece.length;
  }
  return {
    size,
    read(offset, length) {
      const end = Math.min(offset + length, size);
      const found: Buffer[] = [];
      for (let index = pieceAt(starts, offset); index < pieces.length && (starts[index] ?? 0) < end; index++) {
        const start = starts[index] ?? 0;
        const part = pieces[index]?.subarray(Math.max(0, offset - start), end - start);
        if (part !== undefined && part.length > 0) found.push(part);
      }
      const [first] = found;
      return first !== undefined && found.length === 1 ? first : Buffer.concat(found);
    },
  };
}

/** The last piece that starts at or before an offset. */
function pieceAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Random access to an open file; its descriptor stays the caller's. */
export function inFile(descriptor: number, size: number): RandomAccess {
  return {
    size,
    read(offset, length) {
      const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - offset)));
      return buffer.subarray(0, buffer.length === 0 ? 0 : readSync(descriptor, buffer, 0, buffer.length, offset));
    },
  };
}

/** A part of other bytes, with offsets of its own. */
export function slice(bytes: RandomAccess, start: number, length: number): RandomAccess {
  const size = Math.max(0, Math.min(length, bytes.size - start));
  return {
    size,
    read: (offset, wanted) => bytes.read(start + Math.min(offset, size), Math.min(wanted, Math.max(0, size - offset))),
  };
}

/**
 * Reads a whole stream into memory, but no more than `limit` bytes.
 * @returns the bytes, or `undefined` when there are more than that
 */
export async function collect(stream: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
