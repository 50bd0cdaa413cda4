import { inflateRawSync } from 'node:zlib';
import { inMemory, slice, type RandomAccess } from '#kit/bytes.ts';
import type { ZipEntry } from './directory.ts';

/** The content of an entry, or why it cannot be had. */
export type ZipContent =
  | { readonly bytes: RandomAccess; readonly problem?: undefined }
  | { readonly bytes?: undefined; readonly problem: string };

/**
 * The content of an entry. What is stored as it is is not copied; what is deflated is decompressed into memory.
 * @param most bytes that it may have when it is decompressed
 */
export function openEntry(archive: RandomAccess, entry: ZipEntry, most: number): ZipContent {
  if (entry.isEncrypted) return { problem: 'it is encrypted' };
  const header = archive.read(entry.offset, 30);
  if (header.length < 30 || header.readUInt32LE(0) !== 0x04034b50)
    return { problem: 'it does not lie where it should' };
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (start + entry.compressedSize > archive.size) return { problem: 'a part of it is missing' };
  if (entry.method === 0) return { bytes: slice(archive, start, entry.compressedSize) };
  if (entry.method !== 8)
    return { problem: `it is compressed by method ${entry.method}, which is not one of zip's usual ones` };
  if (entry.size > most || entry.compressedSize > most) return { problem: `it has ${entry.size} bytes, too many` };
  return inflate(archive.read(start, entry.compressedSize), entry.size);
}

function inflate(compressed: Buffer, size: number): ZipContent {
  try {
    // One byte more than stated, so that an entry of exactly that size is told from one that has more.
    const chunkSize = Math.min(Math.max(size + 1, 64), 1 << 20);
    return { bytes: inMemory(inflateRawSync(compressed, { maxOutputLength: size + 1, chunkSize })) };
  } catch {
    return { problem: 'it is damaged, or has more bytes than it says' };
  }
}
