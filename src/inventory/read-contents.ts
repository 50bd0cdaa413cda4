import { messageOf } from '#kit/error.ts';
import { holdContent } from '#image/content.ts';
import type { ContentSink, TarEntry } from '#image/tar/entry.ts';
import type { UnreadableVisitor } from '#image/folder.ts';
import type { TarVisitor } from '#image/tar/read.ts';
import type { Cataloger, FileFacts, FileNature } from './cataloger.ts';
import { createEntries, type EntryKind, type LayerContents, type LayerReading, type UnreadFile } from './contents.ts';
import { inventoryLimits } from './limits.ts';

/** Whatever shows its entries one after the other: a layer's tar, or a folder, in which some may be unreadable. */
export type Walk = (visit: TarVisitor, unreadable: UnreadableVisitor) => Promise<void>;

/**
 * Reads one layer: notes its entries and has every cataloger read the files that it wants.
 * @param whiteouts whether names that start with `.wh.` remove files of lower layers, as in the tar of a layer
 */
export async function readContents(
  walk: Walk,
  catalogers: readonly Cataloger[],
  whiteouts: boolean,
): Promise<LayerContents> {
  const entries = createEntries();
  const readings: LayerReading[] = [];
  const unread: UnreadFile[] = [];

  function wantingOf(facts: FileFacts): Cataloger[] {
    return catalogers.filter((cataloger) => cataloger.wants(facts));
  }

  function visit(entry: TarEntry, head: Buffer): ContentSink | undefined {
    const removed = whiteouts ? whiteoutOf(entry.path) : undefined;
    if (removed !== undefined) {
      entries.add(removed.path, removed.kind, '');
      return undefined;
    }
    const nature = natureOf(head);
    const position = entries.add(entry.path, kindOf(entry, nature), entry.target);
    if (entry.kind !== 'file') return undefined;
    const facts: FileFacts = { path: entry.path, size: entry.size, nature };
    const wanting = wantingOf(facts);
    if (wanting.length === 0) return undefined;
    if (entry.size > inventoryLimits.fileBytes) {
      unread.push({ path: entry.path, why: `it has ${entry.size} bytes, more than are read of a file` });
      return undefined;
    }
    return readBy(wanting, facts, (cataloger, reading) => {
      // Most programs tell nothing.
      if (Object.keys(reading).length > 0) readings.push({ entry: position, cataloger, reading });
    });
  }

  /** Nobody can say what is in a folder or a program; of other files, those count that would be read. */
  function unreadable({ path, kind, size, mode, target }: TarEntry, why: string): void {
    if (kind !== 'directory') entries.add(path, kind, target);
    const matters = kind !== 'file' || (mode & 0o111) !== 0 || wantingOf({ path, size, nature: 'unknown' }).length > 0;
    if (matters) unread.push({ path, why });
  }

  await walk(visit, unreadable);
  return { entries: entries.finish(), readings, unread };
}

/** Takes a file's content and, once it is whole, gives it to the catalogers that want it. */
function readBy(
  catalogers: readonly Cataloger[],
  facts: FileFacts,
  keep: (cataloger: string, reading: LayerReading['reading']) => void,
): ContentSink {
  const held = holdContent(facts.size);
  return {
    write: (bytes) => held.write(bytes),
    async end() {
      try {
        const file = { ...facts, content: held.content() };
        for (const cataloger of catalogers) {
          try {
            keep(cataloger.name, await cataloger.read(file));
          } catch (error) {
            // A cataloger that gives up must not take the rest of the image with it; that it gave up is never silent.
            keep(cataloger.name, { problems: [messageOf(error)] });
          }
        }
      } finally {
        held.release();
      }
    },
  };
}

/** OCI image specification, "Whiteouts". */
function whiteoutOf(path: string): { path: string; kind: 'whiteout' | 'opaque' } | undefined {
  const slash = path.lastIndexOf('/') + 1;
  if (!path.startsWith('.wh.', slash)) return undefined;
  const folder = path.slice(0, slash);
  if (path.slice(slash) === '.wh..wh..opq') return { path: folder.slice(0, -1), kind: 'opaque' };
  return { path: folder + path.slice(slash + '.wh.'.length), kind: 'whiteout' };
}

function kindOf(entry: TarEntry, nature: FileNature): EntryKind {
  if (entry.kind !== 'file') return entry.kind;
  if (nature === 'elf') return 'elf';
  return nature === 'script' && (entry.mode & 0o111) !== 0 ? 'script' : 'file';
}

function natureOf(head: Buffer): FileNature {
  if (head.length < 4) return head.length === 0 ? 'unknown' : 'other';
  const magic = head.readUInt32BE(0);
  if (magic === 0x7f454c46) return 'elf';
  if (magic === 0x504b0304 || magic === 0x504b0506) return 'zip';
  return magic >>> 16 === 0x2321 ? 'script' : 'other';
}
