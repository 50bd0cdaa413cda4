import type { Reading } from './cataloger.ts';

/**
 * What one layer holds: its entries, and what the catalogers read in them. This is what a worker sends, and what is kept for
 * the next image that has the same layer; it depends on nothing but the layer's bytes.
 */
export interface LayerContents {
  readonly entries: LayerEntries;
  readonly readings: readonly LayerReading[];
  /** Files that a cataloger wanted, programs and folders that could not be read. */
  readonly unread: readonly UnreadFile[];
}

/** Entries by column, because a layer may have a million of them. */
export interface LayerEntries {
  readonly paths: readonly string[];
  /** A letter an entry, see {@link kindOfLetter}. */
  readonly kinds: string;
  /** Where links point, by the position of the entry. */
  readonly targets: Readonly<Record<number, string>>;
}

/**
 * What an entry is. Files are told apart by their first bytes: `elf` is a program or a library, `script` an executable that
 * starts with `#!`. A `whiteout` removes what lower layers have at the path, `opaque` what they have below it.
 */
export type EntryKind = (typeof kinds)[keyof typeof kinds];

const kinds = {
  f: 'file',
  e: 'elf',
  s: 'script',
  d: 'directory',
  l: 'symlink',
  h: 'hardlink',
  v: 'device',
  w: 'whiteout',
  o: 'opaque',
} as const;

const letters = Object.fromEntries(Object.entries(kinds).map(([letter, kind]) => [kind, letter]));

/** What a cataloger read in one entry. */
export interface LayerReading {
  /** Position of the entry. */
  readonly entry: number;
  readonly cataloger: string;
  readonly reading: Reading;
}

export interface UnreadFile {
  readonly path: string;
  readonly why: string;
}

export function kindAt(entries: LayerEntries, position: number): EntryKind {
  // The letters come from `createEntries` alone.
  return kinds[entries.kinds[position] as keyof typeof kinds];
}

/** Collects entries one by one. */
export function createEntries() {
  const paths: string[] = [];
  const targets: Record<number, string> = {};
  let letterRow = '';
  return {
    /** Adds an entry and says at which position. */
    add(path: string, kind: EntryKind, target: string): number {
      if (target !== '') targets[paths.length] = target;
      letterRow += letters[kind];
      return paths.push(path) - 1;
    },
    finish: (): LayerEntries => ({ paths, kinds: letterRow, targets }),
  };
}
