import { closeSync, writeSync } from 'node:fs';
import { inFile, inPieces, type RandomAccess } from '#kit/bytes.ts';
import { openNamelessSync } from '#kit/spool.ts';

/** A file up to this size is held in memory while it is read, a larger one in a temporary file. */
const memoryBytes = 16 << 20;

/** The content of one file while it is read. */
export interface HeldContent {
  write(bytes: Buffer): void;
  /** The content so far, for random access; valid until `release`. */
  content(): RandomAccess;
  release(): void;
}

/** Holds the content of a file of `size` bytes. */
export function holdContent(size: number): HeldContent {
  return size <= memoryBytes ? holdInMemory() : holdInFile();
}

/** Keeps the pieces as they come: most files are looked at in a few places, and need not be copied for that. */
function holdInMemory(): HeldContent {
  const pieces: Buffer[] = [];
  return {
    write: (bytes) => void pieces.push(bytes),
    content: () => inPieces(pieces),
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
