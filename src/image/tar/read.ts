import { imageLimits } from '#image/limits.ts';
import { cursorOver, type Cursor } from './cursor.ts';
import type { ContentSink, TarEntry, TarKind } from './entry.ts';
import { bomb, corrupt } from './errors.ts';
import { blockSize, isZeroBlock, parseHeader, readText, type Header } from './header.ts';
import { noExtension, readPax, type Extension } from './pax.ts';
import { isPaxSparse, readOldGnuSparse, readPaxSparse, sparseSink, type SparseFile } from './sparse.ts';

/** Looks at an entry and at the first bytes of its content, and says who takes the content, if anyone. */
export type TarVisitor = (entry: TarEntry, head: Buffer) => ContentSink | undefined;

/** How much of a file's content a visitor sees before it decides. */
export const headBytes = 64;

/**
 * Shows every entry of a tar stream to `visit`, in order. Reads ustar, PAX, GNU long names, numbers in base 256 and all four
 * sparse formats, holding no more than a header and a chunk.
 *
 * @throws `layer-corrupt` for what is not a whole tar, `layer-bomb` where a bound of `imageLimits` is passed
 */
export async function readTar(chunks: AsyncIterable<Buffer>, visit: TarVisitor): Promise<void> {
  const cursor = cursorOver(chunks);
  await readEntries(cursor, visit);
  // What follows the end marker means nothing, but it is part of what the layer's digest covers.
  while (await cursor.pass(1 << 20));
}

/** The same for a tar that lies in a file and need not be read whole: what nobody takes is skipped. */
export async function readEntries(cursor: Cursor, visit: TarVisitor): Promise<void> {
  let extension = noExtension();
  for (let entries = 0; ;) {
    const block = await nextHeader(cursor);
    if (block === undefined) break;
    const header = parseHeader(block);
    if (isExtension(header.type)) {
      await readExtension(header, extension, cursor);
      continue;
    }
    if (++entries > imageLimits.layerEntries) throw bomb(`more than ${imageLimits.layerEntries} entries`);
    await readEntry(block, header, extension, cursor, visit);
    extension = noExtension();
  }
}

/** A path as it lies below the root of the image: a runtime takes `/a//./b/../c` for `a/c`, and `..` stops at the root. */
export function cleanPath(raw: string): string {
  if (!/^[/.]|\/$|\/[/.]/.test(raw)) return raw;
  const parts: string[] = [];
  for (const part of raw.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** The next header block, or nothing at the end of the archive: two blocks of zeros, or simply no more bytes. */
async function nextHeader(cursor: Cursor): Promise<Buffer | undefined> {
  const block = await cursor.peek(blockSize);
  if (block.length === 0) return undefined;
  if (!(await cursor.pass(blockSize))) throw corrupt('its last block is not whole');
  if (!isZeroBlock(block)) return block;
  const second = await cursor.peek(blockSize);
  if (second.length > 0 && !isZeroBlock(second)) throw corrupt('there is an empty block between its entries');
  return undefined;
}

function isExtension(type: string): boolean {
  return type === 'x' || type === 'g' || type === 'L' || type === 'K';
}

async function readExtension(header: Header, extension: Extension, cursor: Cursor): Promise<void> {
  if (header.size > imageLimits.tarHeaderBytes) throw bomb(`an extended header of ${header.size} bytes`);
  const bytes = await cursor.peek(header.size);
  if (!(await cursor.pass(header.size))) throw corrupt('it ends in the middle of a header');
  if (header.type === 'x') readPax(bytes, extension);
  else if (header.type === 'L') extension.path = readText(bytes);
  else if (header.type === 'K') extension.target = readText(bytes);
  // Global headers ("g") are passed over, as container runtimes do.
  await passPadding(cursor, header.size);
}

async function readEntry(
  block: Buffer,
  header: Header,
  extension: Extension,
  cursor: Cursor,
  visit: TarVisitor,
): Promise<void> {
  const path = extension.path ?? header.path;
  const kind = kindOf(header.type, path);
  // Only files have content; a size stated for anything else is not followed by bytes.
  const dataSize = kind === 'file' ? (extension.size ?? header.size) : 0;
  const start = cursor.offset;
  let sparse: SparseFile | undefined;
  if (header.type === 'S') sparse = await readOldGnuSparse(block, cursor);
  else if (kind === 'file' && isPaxSparse(extension)) sparse = await readPaxSparse(extension, dataSize, cursor);
  // A map before the data (format 1.0) counts as data, one in continuation blocks (old GNU) does not.
  const stored = header.type === 'S' ? dataSize : dataSize - (cursor.offset - start);

  const target = extension.target ?? header.target;
  const entry: TarEntry = {
    path: cleanPath(extension.sparse.get('GNU.sparse.name') ?? path),
    kind,
    size: sparse?.size ?? dataSize,
    mode: header.mode,
    offset: cursor.offset,
    target: kind === 'hardlink' ? cleanPath(target) : kind === 'symlink' ? target : '',
  };
  const head = sparse === undefined && stored > 0 ? await cursor.peek(Math.min(headBytes, stored)) : empty;
  const visited = visit(entry, head);
  if (kind !== 'file') return;
  const sink = visited === undefined || sparse === undefined ? visited : sparseSink(sparse, visited);
  const whole = await cursor.pass(stored, sink === undefined ? undefined : (bytes) => sink.write(bytes));
  if (!whole) throw corrupt(`it ends in the middle of ${entry.path}`);
  await sink?.end();
  await passPadding(cursor, stored);
}

const empty = Buffer.alloc(0);

async function passPadding(cursor: Cursor, size: number): Promise<void> {
  await cursor.pass((blockSize - (size % blockSize)) % blockSize);
}

/** POSIX asks to take unknown types for files. */
function kindOf(type: string, path: string): TarKind {
  if (type === '1') return 'hardlink';
  if (type === '2') return 'symlink';
  if (type === '3' || type === '4' || type === '6') return 'device';
  // Before ustar a folder was a file whose name ends in a slash.
  const isFolder = type === '5' || ((type === '0' || type === '\0') && path.endsWith('/'));
  return isFolder ? 'directory' : 'file';
}
