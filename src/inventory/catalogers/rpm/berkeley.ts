import type { RandomAccess } from '#kit/bytes.ts';
import { headerBytes, type Row } from './rows.ts';

/**
 * The rows of a hash database of Berkeley DB (`Packages`, before rpm 4.16; facts from Berkeley DB's `db_page.h`). Keys and values
 * stand in pairs on hash pages; a value that does not fit is in a chain of overflow pages. All hash pages are read one after the
 * other, whichever bucket they belong to. The byte order is that of the machine that made it.
 */
export function* readBerkeley(content: RandomAccess): Generator<Row> {
  const file = openFile(content);
  if (typeof file === 'string') return yield { problem: file };
  if (file.lastPage < file.statedLastPage) yield { problem: 'it is shorter than its header says' };
  for (let number = 1; number <= file.lastPage; number++) {
    const head = content.read(number * file.pageSize, pageHeadBytes);
    const type = head[typeOffset] ?? 0;
    if (type !== pageTypes.hash && type !== pageTypes.unsortedHash) continue;
    yield* readPairs(file, content.read(number * file.pageSize, file.pageSize));
  }
}

/** Whether the first bytes are those of a hash database of Berkeley DB. */
export function isBerkeley(head: Buffer): boolean {
  return head.length >= 16 && (head.readUInt32LE(12) === hashMagic || head.readUInt32BE(12) === hashMagic);
}

interface BerkeleyFile {
  readonly content: RandomAccess;
  readonly pageSize: number;
  readonly lastPage: number;
  readonly statedLastPage: number;
  readonly half: (bytes: Buffer, at: number) => number;
  readonly int: (bytes: Buffer, at: number) => number;
}

const hashMagic = 0x061561;
const metaBytes = 512;
const pageHeadBytes = 26;
const typeOffset = 25;
const pageTypes = { unsortedHash: 2, overflow: 7, hash: 13 };
const itemTypes = { inline: 1, overflow: 3 };
const overflowItemBytes = 12;

/** Reads the first page, or says why it cannot be. */
function openFile(content: RandomAccess): BerkeleyFile | string {
  const meta = content.read(0, metaBytes);
  if (meta.length < metaBytes) return 'its header is damaged';
  const littleEndian = meta.readUInt32LE(12) === hashMagic;
  const int = (bytes: Buffer, at: number) => (littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const half = (bytes: Buffer, at: number) => (littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const pageSize = int(meta, 20);
  const isPowerOfTwo = (pageSize & (pageSize - 1)) === 0;
  if (pageSize < 512 || pageSize > 65_536 || !isPowerOfTwo) return 'its header is damaged';
  // Encryption and checksums enlarge the heads of pages; rpm never asked for either.
  if (meta[24] !== 0 || ((meta[26] ?? 0) & 1) !== 0) return 'it is encrypted or has checksums, which rpm never writes';
  const statedLastPage = int(meta, 32);
  const lastPage = Math.min(statedLastPage, Math.floor(content.size / pageSize) - 1);
  return { content, pageSize, lastPage, statedLastPage, half, int };
}

function* readPairs(file: BerkeleyFile, page: Buffer): Generator<Row> {
  const entries = file.half(page, 20);
  const place = (index: number) => file.half(page, pageHeadBytes + 2 * index);
  if (pageHeadBytes + 2 * entries > page.length) return yield { problem: 'a page is damaged' };
  // Items are laid from the end of the page to its front, so that each ends where the one before it begins.
  for (let key = 0; key + 1 < entries; key += 2) {
    const end = key === 0 ? page.length : place(key - 1);
    const [keyStart, valueStart] = [place(key), place(key + 1)];
    const isOrdered = pageHeadBytes <= valueStart && valueStart < keyStart && keyStart < end && end <= page.length;
    if (!isOrdered) {
      yield { problem: 'a page is damaged' };
      continue;
    }
    if (isCounter(page.subarray(keyStart + 1, end))) continue;
    yield readValue(file, page.subarray(valueStart, keyStart));
  }
}

/** The value of key 0 is the number of the next package. */
function isCounter(key: Buffer): boolean {
  return key.length === 4 && key.every((byte) => byte === 0);
}

function readValue(file: BerkeleyFile, item: Buffer): Row {
  if (item[0] === itemTypes.inline) return { header: item.subarray(1) };
  if (item[0] !== itemTypes.overflow || item.length < overflowItemBytes) return { problem: 'a package is damaged' };
  return readChain(file, file.int(item, 4), file.int(item, 8));
}

function readChain({ content, pageSize, lastPage, half, int }: BerkeleyFile, first: number, length: number): Row {
  if (length > Math.min(headerBytes, content.size)) return { problem: 'a package is larger than it can be' };
  const header = Buffer.allocUnsafe(length);
  const seen = new Set<number>();
  let number = first;
  let done = 0;
  while (done < length) {
    const page = number < 1 || number > lastPage ? Buffer.alloc(0) : content.read(number * pageSize, pageSize);
    const isOverflow = page.length === pageSize && page[typeOffset] === pageTypes.overflow && int(page, 8) === number;
    const used = isOverflow ? half(page, 22) : 0;
    if (used === 0 || seen.has(number) || used > Math.min(pageSize - pageHeadBytes, length - done))
      return { problem: 'the pages of a package do not fit together' };
    done += page.copy(header, done, pageHeadBytes, pageHeadBytes + used);
    seen.add(number);
    number = int(page, 16);
  }
  return { header };
}
