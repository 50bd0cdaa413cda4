import { closeSync, writeSync } from 'node:fs';
import { inFile, inMemory, type RandomAccess } from '#kit/bytes.ts';
import { openNamelessSync } from '#kit/spool.ts';

/** The content of one file while it is read: in memory up to this size, beyond it in a temporary file. */
const memoryBytes = 16 << 20;

export interface HeldContent {
  write(bytes: Buffer): void;
  /** The content so far, for random access; valid until `release`. */
  content(): RandomAccess;
  release(): void;
}

/** Holds the content of a file of `size` bytes. */
export function holdContent(size: number): HeldContent {
  return size <= memoryBytes ? holdInMemory(size) : holdInFile();
}

function holdInMemory(size: number): HeldContent {
  const buffer = Buffer.allocUnsafeSlow(size);
  let length = 0;
  return {
    write(bytes) {
      length += bytes.copy(buffer, length);
    },
    content: () => inMemory(buffer.subarray(0, length)),
    release: () => undefined,
  };
}

function holdInFile(): HeldContent {
  const file = openNamelessSync();
  let size = 0;
  return {
    write(bytes) {
      for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
      size += bytes.length;
    },
    content: () => inFile(file, size),
    release: () => closeSync(file),
  };
}
