import { kindAt, type LayerContents } from './contents.ts';
import { below, emptyFolder, find, makeFolder, type Node, type Place } from './tree.ts';

/** The file system that a runtime would mount: all layers of an image, one over the other. */
export interface FileView {
  /** What is at a path; links on the way are followed, a link at the end only with `follow`. */
  at(path: string, last?: 'follow'): Place | undefined;
  /** Every file, folder and link, folders before what they hold, in a fixed order. */
  readonly all: readonly Place[];
}

/**
 * Puts layers over each other as overlayfs does, from the lowest to the topmost: whiteouts and opaque folders remove what is
 * below, a file or a link replaces a whole folder, and a folder over a folder is merged. The trees are used up.
 */
export function squash(layers: readonly LayerTree[]): FileView {
  const root = emptyFolder(0);
  for (const { tree, linksDown } of layers) {
    mount(root, tree);
    // A hard link whose file is not in its own layer can only mean the file below.
    for (const node of linksDown) becomeHardLink(node, find(root, node.target, false)?.node);
  }
  return {
    at: (path, last) => find(root, path, last === 'follow'),
    all: below(root),
  };
}

/** The files of one layer alone, its whiteouts as nodes, and those of its hard links that point out of it. */
export interface LayerTree {
  readonly tree: Node;
  readonly linksDown: readonly Node[];
}

/** Lays `upper` over `lower`, which becomes the result. */
function mount(lower: Node, upper: Node): void {
  const children = lower.children ?? new Map<string, Node>();
  if (upper.opaque === true) children.clear();
  if (upper.entry >= 0) {
    lower.layer = upper.layer;
    lower.entry = upper.entry;
  }
  for (const [name, node] of upper.children ?? []) {
    if (node.kind === 'whiteout') children.delete(name);
    else if (node.children === undefined) children.set(name, node);
    else {
      let folder = children.get(name);
      if (folder?.children === undefined) {
        folder = emptyFolder(node.layer);
        children.set(name, folder);
      }
      mount(folder, node);
    }
  }
}

/** The tree of a layer, made as a runtime unpacks it: entry by entry. */
export function treeOf({ entries }: LayerContents, layer: number): LayerTree {
  const tree = emptyFolder(layer);
  const linksDown: Node[] = [];
  // Entries of one folder mostly follow each other.
  let parentPath = '';
  let parent = tree;
  for (const [entry, path] of entries.paths.entries()) {
    const kind = kindAt(entries, entry);
    const slash = path.lastIndexOf('/');
    const folderPath = kind === 'opaque' ? path : path.slice(0, Math.max(slash, 0));
    if (folderPath !== parentPath) {
      parent = makeFolder(tree, folderPath, layer).node;
      parentPath = folderPath;
    }
    if (kind === 'opaque') parent.opaque = true;
    else if (path === '') tree.entry = entry;
    else {
      const node: Node = { kind, layer, entry, target: entries.targets[entry] ?? '' };
      const movesPaths = put(parent, path.slice(slash + 1), node);
      if (movesPaths) parentPath = nowhere;
      if (kind === 'hardlink' && !becomeHardLink(node, find(tree, node.target, false)?.node)) linksDown.push(node);
    }
  }
  return { tree, linksDown };
}

/** No entry has this path. */
const nowhere = '\0';

/**
 * Adds an entry to a folder of its layer, where a later entry replaces an earlier one and folders are kept.
 * @returns whether paths that led through the earlier one lead elsewhere now
 */
function put(folder: Node, name: string, node: Node): boolean {
  const siblings = folder.children ?? new Map<string, Node>();
  const earlier = siblings.get(name);
  if (node.kind === 'directory') {
    node.children = earlier?.children ?? new Map();
    // A whiteout means lower layers only, so that together they are a fresh folder.
    node.opaque = earlier?.kind === 'whiteout' || earlier?.opaque === true;
  } else if (node.kind === 'whiteout' && earlier !== undefined) {
    if (earlier.children !== undefined) earlier.opaque = true;
    return false;
  }
  siblings.set(name, node);
  return earlier?.kind === 'symlink' || (earlier?.children !== undefined && node.children === undefined);
}

/** Makes a hard link another name of `file`; false if there is no such file. */
function becomeHardLink(link: Node, file: Node | undefined): boolean {
  if (file === undefined || file === link || file.children !== undefined) return false;
  const { kind, layer, entry, target } = file;
  Object.assign(link, { kind, layer, entry, target });
  return true;
}
