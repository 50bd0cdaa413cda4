import type { RandomAccess } from '#kit/bytes.ts';
import { headerBytes, type Row } from './rows.ts';

/**
 * The rows of an NDB database (`Packages.db`, rpm's own format; facts from `lib/backend/ndb/rpmpkg.c`): pages of slots, each of
 * which says in which blocks of 16 bytes the header of a package lies. The lowest byte of a number comes first.
 */
export function* readNdb(content: RandomAccess): Generator<Row> {
  const head = content.read(0, slotBytes * 2);
  if (head.length < slotBytes * 2 || head.readUInt32LE(4) !== 0) return yield { problem: 'its header is damaged' };
  const slots = head.readUInt32LE(12) * slotsPerPage;
  const readable = Math.min(slots, Math.floor(content.size / slotBytes));
  if (readable < slots) yield { problem: 'it is shorter than its header says' };
  for (let first = 0; first < readable; first += slotsPerPage) {
    const page = content.read(first * slotBytes, slotBytes * Math.min(slotsPerPage, readable - first));
    // The header takes the place of the first two slots.
    for (let at = first === 0 ? slotBytes * 2 : 0; at + slotBytes <= page.length; at += slotBytes) {
      const row = readSlot(content, page.subarray(at, at + slotBytes));
      if (row !== undefined) yield row;
    }
  }
}

/** Whether the first bytes are those of an NDB database. */
export function isNdb(head: Buffer): boolean {
  return head.toString('latin1', 0, 4) === 'RpmP';
}

const slotBytes = 16;
const slotsPerPage = 256;
const blockBytes = 16;
/** Magic number, number of the package, generation, length. */
const blobHeadBytes = 16;
/** Checksum, length, magic number. */
const blobTailBytes = 12;

function readSlot(content: RandomAccess, slot: Buffer): Row | undefined {
  if (slot.toString('latin1', 0, 4) !== 'Slot') return { problem: 'a slot is damaged' };
  const packageNumber = slot.readUInt32LE(4);
  const start = slot.readUInt32LE(8) * blockBytes;
  const size = slot.readUInt32LE(12) * blockBytes;
  if (start === 0) return undefined;
  if (start + size > content.size || size < blobHeadBytes + blobTailBytes)
    return { problem: 'a package lies outside of the file' };
  const head = content.read(start, blobHeadBytes);
  const tail = content.read(start + size - blobTailBytes, blobTailBytes);
  const length = head.readUInt32LE(12);
  const isWhole =
    head.toString('latin1', 0, 4) === 'BlbS' &&
    head.readUInt32LE(4) === packageNumber &&
    tail.readUInt32LE(4) === length &&
    tail.toString('latin1', 8) === 'BlbE' &&
    length <= Math.min(size - blobHeadBytes - blobTailBytes, headerBytes);
  return isWhole ? { header: content.read(start + blobHeadBytes, length) } : { problem: 'a package is damaged' };
}
