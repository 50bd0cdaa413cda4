import { imageLimits } from '#image/limits.ts';
import type { Cursor } from './cursor.ts';
import type { ContentSink } from './entry.ts';
import { bomb, corrupt } from './errors.ts';
import { blockSize, readNumber } from './header.ts';
import { decimal, type Extension } from './pax.ts';

/** A sparse file: stretches of stored data with zeros between them, `size` bytes in all. */
export interface SparseFile {
  readonly size: number;
  readonly stretches: readonly Stretch[];
}

interface Stretch {
  readonly offset: number;
  readonly length: number;
}

/** GNU's old format: four stretches in the header block, and 21 in each continuation block that follows it. */
export async function readOldGnuSparse(header: Buffer, cursor: Cursor): Promise<SparseFile> {
  const size = readNumber(header, 483, 12);
  const stretches = stretchesIn(header, 386, 4);
  for (let more = header[482] === 1; more;) {
    const continuation = await cursor.peek(blockSize);
    if (!(await cursor.pass(blockSize))) throw corrupt('a sparse map is not whole');
    stretches.push(...stretchesIn(continuation, 0, 21));
    if (stretches.length > imageLimits.layerEntries) throw bomb('a sparse file with too many holes');
    more = continuation[504] === 1;
  }
  return checked(size, stretches);
}

/** The PAX formats 0.0 and 0.1, whose map is in the extended header, and 1.0, whose map comes before the data. */
export async function readPaxSparse(extension: Extension, dataSize: number, cursor: Cursor): Promise<SparseFile> {
  const size = extension.sparse.get('GNU.sparse.realsize') ?? extension.sparse.get('GNU.sparse.size');
  const map = extension.sparse.get('GNU.sparse.map');
  let numbers: readonly number[] = extension.sparsePairs;
  if (extension.sparse.get('GNU.sparse.major') === '1') numbers = await readMapBeforeData(cursor, dataSize);
  else if (map !== undefined) numbers = map === '' ? [] : map.split(',').map(decimal);
  return checked(size === undefined ? dataSize : decimal(size), pairsOf(numbers));
}

export function isPaxSparse({ sparse, sparsePairs }: Extension): boolean {
  return sparsePairs.length > 0 || sparse.has('GNU.sparse.map') || sparse.get('GNU.sparse.major') === '1';
}

/** Gives `sink` the content of a sparse file, holes as zeros, while its stored bytes come in. */
export function sparseSink({ size, stretches }: SparseFile, sink: ContentSink): ContentSink {
  let current = 0;
  let written = 0;
  function fillTo(offset: number): void {
    while (written < offset) {
      const piece = zeros.subarray(0, offset - written);
      sink.write(piece);
      written += piece.length;
    }
  }
  return {
    write(bytes) {
      for (let at = 0; at < bytes.length;) {
        const stretch = stretches[current];
        if (stretch === undefined) return;
        fillTo(stretch.offset);
        const piece = bytes.subarray(at, at + stretch.offset + stretch.length - written);
        sink.write(piece);
        at += piece.length;
        written += piece.length;
        while (current < stretches.length && written >= endOf(stretches[current])) current++;
      }
    },
    end() {
      fillTo(size);
      return sink.end();
    },
  };
}

const zeros = Buffer.alloc(64 << 10);

function endOf(stretch: Stretch | undefined): number {
  return stretch === undefined ? 0 : stretch.offset + stretch.length;
}

function stretchesIn(block: Buffer, start: number, count: number): Stretch[] {
  const found: Stretch[] = [];
  for (let at = start; at < start + count * 24 && block[at] !== 0; at += 24) {
    found.push({ offset: readNumber(block, at, 12), length: readNumber(block, at + 12, 12) });
  }
  return found;
}

/** Format 1.0: a count and then offset and length of each stretch, a decimal line each, filled up to a whole block. */
async function readMapBeforeData(cursor: Cursor, dataSize: number): Promise<number[]> {
  let text = '';
  let taken = 0;
  async function nextNumber(): Promise<number> {
    while (!text.includes('\n')) {
      const block = await cursor.peek(blockSize);
      if (taken + blockSize > dataSize || taken > imageLimits.tarHeaderBytes) throw corrupt('a sparse map is damaged');
      text += block.toString('latin1');
      taken += blockSize;
      if (!(await cursor.pass(blockSize))) throw corrupt('a sparse map is not whole');
    }
    const end = text.indexOf('\n');
    const number = decimal(text.slice(0, end));
    text = text.slice(end + 1);
    return number;
  }
  const numbers: number[] = [];
  for (let left = 2 * (await nextNumber()); left > 0; left--) numbers.push(await nextNumber());
  return numbers;
}

function pairsOf(numbers: readonly number[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    stretches.push({ offset: numbers[i] ?? 0, length: numbers[i + 1] ?? 0 });
  }
  return stretches;
}

function checked(size: number, stretches: readonly Stretch[]): SparseFile {
  let end = 0;
  for (const stretch of stretches) {
    if (stretch.offset < end || endOf(stretch) > size) throw corrupt('a sparse map does not fit its file');
    end = endOf(stretch);
  }
  // Writers close the map with an empty stretch, which only says where the file ends.
  return { size, stretches: stretches.filter((stretch) => stretch.length > 0) };
}
