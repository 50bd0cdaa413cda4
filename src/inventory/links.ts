import type { Cataloger } from './cataloger.ts';
import type { LayerContents } from './contents.ts';
import type { FileView } from './squash.ts';
import { below, type Node } from './tree.ts';

/** Files that a link gives a name which catalogers look for, and which nobody read where they lie. */
export interface MissedFile {
  readonly layer: number;
  /** Path of the file in its layer. */
  readonly path: string;
  /** The name that the link gives it. */
  readonly as: string;
}

/**
 * Finds package databases and the like that lie behind links: a hard or symbolic link to a file that is called otherwise, or a
 * database whose folder is a link. Catalogers go by names, so that they have not read these.
 */
export function missedFiles(
  contents: readonly LayerContents[],
  view: FileView,
  catalogers: readonly Cataloger[],
): MissedFile[] {
  const missed = new Map<string, MissedFile>();
  const read = contents.map(({ readings }) => new Set(readings.map(({ entry, cataloger }) => `${entry} ${cataloger}`)));

  function check(as: string, node: Node | undefined): void {
    const path = node === undefined ? undefined : contents[node.layer]?.entries.paths[node.entry];
    if (node === undefined || path === undefined || path === as || node.children !== undefined) return;
    const wanting = catalogers.filter((cataloger) => cataloger.wants({ path: as, size: 0, nature: 'unknown' }));
    const known = wanting.every(({ name }) => read[node.layer]?.has(`${node.entry} ${name}`) === true);
    if (!known) missed.set(as, { layer: node.layer, path, as });
  }

  for (const { path, node } of view.all) {
    if (node.kind === 'symlink') check(path, view.at(path, 'follow')?.node);
    else check(path, node);
  }
  for (const database of catalogers.flatMap(({ databases = [] }) => databases)) {
    const place = view.at(database, 'follow');
    if (!database.endsWith('/')) check(database, place?.node);
    else if (place?.node.children !== undefined)
      for (const { path, node } of below(place.node)) check(database + path, node);
  }
  return [...missed.values()];
}
