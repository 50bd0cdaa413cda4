import { tags } from './header.ts';

/** A package that a test wants to be in a database. */
export interface HeaderPlan {
  readonly name?: string;
  readonly version?: string;
  readonly release?: string;
  readonly epoch?: number;
  readonly architecture?: string;
  readonly license?: string;
  readonly vendor?: string;
  readonly sourceRpm?: string;
  readonly modularityLabel?: string;
  /** Absolute paths. */
  readonly files?: readonly string[];
  readonly fileStates?: readonly number[];
  /** Write the paths whole, as rpm 3 did. */
  readonly oldFileNames?: boolean;
  /** Makes the header larger by so many bytes. */
  readonly padding?: number;
}

/** The header of a package, as databases hold it. */
export function buildHeader(plan: HeaderPlan): Buffer {
  const { files = [], name = 'bash', version = '5.1.8', release = '6.el9' } = plan;
  const folders = [...new Set(files.map(folderOf))];
  const entries: Entry[] = [
    // The region that was signed; readers that do not check signatures pass over it.
    { tag: 63, type: 7, count: 16, data: Buffer.alloc(16) },
    textEntry(tags.name, name),
    textEntry(tags.version, version),
    textEntry(tags.release, release),
    ...(plan.epoch === undefined ? [] : [numberEntry(tags.epoch, [plan.epoch])]),
    textEntry(tags.vendor, plan.vendor),
    textEntry(tags.license, plan.license),
    textEntry(tags.architecture, plan.architecture),
    textEntry(tags.sourceRpm, plan.sourceRpm),
    textEntry(tags.modularityLabel, plan.modularityLabel),
    textEntry(1004, 'x'.repeat(plan.padding ?? 0)),
  ].filter((entry) => entry !== undefined);
  if (plan.fileStates !== undefined) {
    const data = Buffer.from(plan.fileStates);
    entries.push({ tag: tags.fileStates, type: 1, count: data.length, data });
  }
  if (plan.oldFileNames === true) entries.push(textsEntry(tags.oldFileNames, files));
  else if (files.length > 0) {
    const indexes = files.map((file) => folders.indexOf(folderOf(file)));
    entries.push(numberEntry(tags.folderOfFile, indexes), textsEntry(tags.folders, folders));
    entries.push(
      textsEntry(
        tags.fileNames,
        files.map((file) => file.slice(folderOf(file).length)),
      ),
    );
  }
  return layOut(entries);
}

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly data: Buffer;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function textEntry(tag: number, text: string | undefined): Entry | undefined {
  return text === undefined ? undefined : { tag, type: 6, count: 1, data: Buffer.from(`${text}\0`) };
}

function textsEntry(tag: number, texts: readonly string[]): Entry {
  return { tag, type: 8, count: texts.length, data: Buffer.from(texts.map((text) => `${text}\0`).join('')) };
}

function numberEntry(tag: number, numbers: readonly number[]): Entry {
  const data = Buffer.alloc(4 * numbers.length);
  for (const [index, value] of numbers.entries()) data.writeUInt32BE(value, 4 * index);
  return { tag, type: 4, count: numbers.length, data };
}

function layOut(entries: readonly Entry[]): Buffer {
  const index = Buffer.alloc(8 + 16 * entries.length);
  const data: Buffer[] = [];
  let length = 0;
  for (const [position, entry] of entries.entries()) {
    // Numbers lie at multiples of their size.
    const gap = Buffer.alloc(entry.type === 4 ? (4 - (length % 4)) % 4 : 0);
    const offset = length + gap.length;
    for (const [field, value] of [entry.tag, entry.type, offset, entry.count].entries())
      index.writeUInt32BE(value, 8 + 16 * position + 4 * field);
    data.push(gap, entry.data);
    length = offset + entry.data.length;
  }
  index.writeUInt32BE(entries.length, 0);
  index.writeUInt32BE(length, 4);
  return Buffer.concat([index, ...data]);
}
