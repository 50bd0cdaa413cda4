import type { RandomAccess } from '#kit/bytes.ts';
import type { Row } from './rows.ts';
import { readRecord } from './sqlite-record.ts';
import { readTable, type SqliteFile } from './sqlite-table.ts';

/**
 * The rows of an SQLite database (`rpmdb.sqlite`, since rpm 4.16): the blobs of the table `Packages`. Reads the file format itself
 * (SQLite's "Database File Format"), because a database engine would run whatever the file's schema says, must hold all of it
 * in memory, and gives up where one page is damaged.
 */
export function* readSqlite(content: RandomAccess): Generator<Row> {
  const file = openFile(content);
  if (typeof file === 'string') return yield { problem: file };
  if (file.pages < file.statedPages) yield { problem: 'it is shorter than its header says' };
  let root: number | undefined;
  for (const cell of readTable(file, 1)) {
    if ('problem' in cell) yield cell;
    else root ??= rootOfPackages(cell.record);
  }
  if (root === undefined) return yield { problem: 'it has no table of packages' };
  for (const cell of readTable(file, root)) {
    const header = 'problem' in cell ? undefined : readRecord(cell.record)?.find((value) => Buffer.isBuffer(value));
    if ('problem' in cell) yield cell;
    else yield header === undefined ? { problem: 'a row has no package' } : { header };
  }
}

/** Whether the first bytes are those of an SQLite database. */
export function isSqlite(head: Buffer): boolean {
  return head.toString('latin1', 0, magicText.length) === magicText;
}

const headBytes = 100;
const magicText = 'SQLite format 3\0';

/** Reads the database header, or says why it cannot be. */
function openFile(content: RandomAccess): SqliteFile | string {
  const head = content.read(0, headBytes);
  if (head.length < headBytes) return 'its header is damaged';
  const statedSize = head.readUInt16BE(16);
  const pageSize = statedSize === 1 ? 65_536 : statedSize;
  const usable = pageSize - (head[20] ?? 0);
  const isPowerOfTwo = (pageSize & (pageSize - 1)) === 0;
  if (pageSize < 512 || !isPowerOfTwo || usable < 480) return 'its header is damaged';
  if (head.readUInt32BE(56) > 1) return 'its texts are not in UTF-8, as rpm writes them';
  // The number of pages counts only if whoever wrote last knew of the field.
  const statedPages = head.readUInt32BE(24) === head.readUInt32BE(92) ? head.readUInt32BE(28) : 0;
  return { content, pageSize, usable, pages: Math.floor(content.size / pageSize), statedPages };
}

/** The root page of `Packages`, if a row of the schema (type, name, table, root page, SQL) is about that table. */
function rootOfPackages(record: Buffer): number | undefined {
  const [type, name, , root] = readRecord(record) ?? [];
  return type === 'table' && name === 'Packages' && typeof root === 'number' && root > 0 ? root : undefined;
}
