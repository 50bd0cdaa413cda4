import type { RandomAccess } from '#kit/bytes.ts';
import { headerBytes } from './rows.ts';
import { readVarint } from './sqlite-record.ts';

/** The pages of a database. */
export interface SqliteFile {
  readonly content: RandomAccess;
  readonly pageSize: number;
  /** Bytes of a page without what is reserved for extensions. */
  readonly usable: number;
  /** Whole pages that the file has. */
  readonly pages: number;
  /** Pages that it should have; 0 if it does not say. */
  readonly statedPages: number;
}

/** The record of a row, or why there is none where one should be. */
export type Cell = { readonly record: Buffer } | { readonly problem: string };

/**
 * The rows of the table whose tree begins at page `root`, in the order of their row numbers ("Database File Format", 1.6 "B-tree
 * Pages" and 1.7 "Cell Payload Overflow Pages").
 */
export function* readTable(file: SqliteFile, root: number): Generator<Cell> {
  const waiting = [root];
  const seen = new Set<number>();
  // Rows never share pages, so that together they cannot have more bytes than the file.
  let bytesLeft = file.content.size;
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    if (seen.has(number)) {
      yield { problem: 'its pages run in a circle' };
      continue;
    }
    seen.add(number);
    const page = readPage(file, number);
    if (page === undefined) yield { problem: 'a page is damaged' };
    else if (page.isLeaf) {
      for (const place of page.cells) {
        const cell = readCell(file, page.bytes, place);
        yield cell;
        bytesLeft -= 'record' in cell ? cell.record.length : 0;
        if (bytesLeft < 0) return yield { problem: 'its rows overlap' };
      }
    } else waiting.push(...childrenOf(page).toReversed());
  }
}

interface Page {
  readonly bytes: Buffer;
  readonly isLeaf: boolean;
  /** Where the page's own head begins. */
  readonly start: number;
  /** Where its cells begin. */
  readonly cells: readonly number[];
}

const databaseHeadBytes = 100;
const leafPage = 0x0d;
const interiorPage = 0x05;

function readPage({ content, pageSize, usable, pages }: SqliteFile, number: number): Page | undefined {
  if (number < 1 || number > pages) return undefined;
  const bytes = content.read((number - 1) * pageSize, usable);
  const start = number === 1 ? databaseHeadBytes : 0;
  const type = bytes[start];
  if (type !== leafPage && type !== interiorPage) return undefined;
  const count = bytes.readUInt16BE(start + 3);
  const pointers = start + (type === leafPage ? 8 : 12);
  if (pointers + 2 * count > bytes.length) return undefined;
  const cells = Array.from({ length: count }, (_, index) => bytes.readUInt16BE(pointers + 2 * index));
  return { bytes, isLeaf: type === leafPage, start, cells };
}

function childrenOf({ bytes, start, cells }: Page): number[] {
  // A child that cannot be read is number 0, which is no page.
  const children = cells.map((place) => (place + 4 <= bytes.length ? bytes.readUInt32BE(place) : 0));
  return [...children, bytes.readUInt32BE(start + 8)];
}

function readCell(file: SqliteFile, page: Buffer, place: number): Cell {
  const length = readVarint(page, place);
  const rowNumber = length === undefined ? undefined : readVarint(page, length.end);
  if (length === undefined || rowNumber === undefined) return { problem: 'a row is damaged' };
  if (length.value > Math.min(headerBytes, file.content.size)) return { problem: 'a row is larger than it can be' };
  const local = localBytes(length.value, file.usable);
  const end = rowNumber.end + local;
  const isWhole = local === length.value;
  if (end + (isWhole ? 0 : 4) > page.length) return { problem: 'a row is damaged' };
  const head = page.subarray(rowNumber.end, end);
  return isWhole ? { record: head } : readOverflow(file, head, length.value, page.readUInt32BE(end));
}

/** How many bytes of a row stay on the page of the tree. */
function localBytes(length: number, usable: number): number {
  const most = usable - 35;
  if (length <= most) return length;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const rest = least + ((length - least) % (usable - 4));
  return rest <= most ? rest : least;
}

function readOverflow(
  { content, pageSize, usable, pages }: SqliteFile,
  head: Buffer,
  length: number,
  first: number,
): Cell {
  const record = Buffer.allocUnsafe(length);
  const seen = new Set<number>();
  let done = head.copy(record);
  for (let number = first; done < length;) {
    const page = number < 1 || number > pages ? undefined : content.read((number - 1) * pageSize, usable);
    if (page === undefined || seen.has(number)) return { problem: 'the pages of a row do not fit together' };
    done += page.copy(record, done, 4, Math.min(usable, 4 + length - done));
    seen.add(number);
    number = page.readUInt32BE(0);
  }
  return { record };
}
