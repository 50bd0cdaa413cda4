/** The tags that are read, by their numbers in rpm's own list (`rpmtag.h`). */
export const tags = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  vendor: 1011,
  license: 1014,
  architecture: 1022,
  oldFileNames: 1027,
  fileStates: 1029,
  sourceRpm: 1044,
  folderOfFile: 1116,
  fileNames: 1117,
  folders: 1118,
  modularityLabel: 5096,
} as const;

/** The header of an installed package: values by tag. */
export interface Header {
  /** The first text of a tag; nothing if the package does not have it, or it is damaged. */
  text(tag: number): string | undefined;
  texts(tag: number): string[];
  numbers(tag: number): number[];
}

/**
 * Reads a header as databases hold it (rpm's "RPM V4 Package format", "Header"): the number of index entries and the bytes of data,
 * the entries with tag, type, offset and count, and the data; all numbers have the highest byte first. What rpm added when
 * it installed the package stands behind the entries that were signed, and wins over them.
 *
 * @returns nothing if the bytes are no header
 */
export function readHeader(bytes: Buffer): Header | undefined {
  if (bytes.length < prologueBytes) return undefined;
  const count = bytes.readUInt32BE(0);
  const dataStart = prologueBytes + count * entryBytes;
  const dataEnd = dataStart + bytes.readUInt32BE(4);
  if (count === 0 || count > mostEntries || dataEnd > bytes.length) return undefined;
  const data = bytes.subarray(dataStart, dataEnd);
  const entries = readIndex(bytes, count);

  function texts(tag: number): string[] {
    const entry = entries.get(tag);
    return entry === undefined || !textTypes.has(entry.type) ? [] : readTexts(data, entry.offset, entry.count);
  }
  return {
    texts,
    text: (tag) => texts(tag)[0],
    numbers(tag) {
      const entry = entries.get(tag);
      return entry === undefined ? [] : readNumbers(data, entry);
    },
  };
}

interface Entry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

const prologueBytes = 8;
const entryBytes = 16;
/** rpm itself refuses more. */
const mostEntries = 0xffff;
/** Values of one tag; the package with the most files has some 200,000. */
const mostValues = 1 << 20;
/** A text, a list of texts, and a text in several languages, of which the first is the untranslated one. */
const textTypes = new Set([6, 8, 9]);
/** Bytes of each type of number. */
const numberBytes: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 4],
]);

function readIndex(bytes: Buffer, count: number): Map<number, Entry> {
  const wanted = new Set<number>(Object.values(tags));
  const entries = new Map<number, Entry>();
  for (let at = prologueBytes; at < prologueBytes + count * entryBytes; at += entryBytes) {
    const tag = bytes.readUInt32BE(at);
    if (!wanted.has(tag)) continue;
    const [type, offset] = [bytes.readUInt32BE(at + 4), bytes.readUInt32BE(at + 8)];
    entries.set(tag, { type, offset, count: bytes.readUInt32BE(at + 12) });
  }
  return entries;
}

/** Texts end with a zero byte each; one that does not is not there. */
function readTexts(data: Buffer, offset: number, count: number): string[] {
  const texts: string[] = [];
  for (let start = offset; texts.length < Math.min(count, mostValues);) {
    const end = data.indexOf(0, start);
    if (end < 0 || start >= data.length) break;
    texts.push(data.toString('utf8', start, end));
    start = end + 1;
  }
  return texts;
}

function readNumbers(data: Buffer, { type, offset, count }: Entry): number[] {
  const size = numberBytes.get(type);
  if (size === undefined || count > mostValues || offset + count * size > data.length) return [];
  return Array.from({ length: count }, (_, index) => data.readUIntBE(offset + index * size, size));
}
