import { cleanPath } from '#image/tar/read.ts';
import type { EntryKind } from './contents.ts';

/** A file, folder or link in a tree of files; only folders have children. */
export interface Node {
  kind: EntryKind;
  /** Where it comes from: the layer, and the position of its entry there; -1 for a folder that no entry names. */
  layer: number;
  entry: number;
  /** Where a link points. */
  target: string;
  children?: Map<string, Node>;
  /** A folder that hides what lower layers have in it. */
  opaque?: boolean;
}

/** A node and the path that really leads to it. */
export interface Place {
  readonly path: string;
  readonly node: Node;
}

/** As many links are followed on one path as Linux follows (MAXSYMLINKS). */
const mostLinks = 40;

export function emptyFolder(layer: number): Node {
  return { kind: 'directory', layer, entry: -1, target: '', children: new Map() };
}

/**
 * What a path leads to from the root; nothing if it leads nowhere, or in a circle. Links on the way are followed, the last one
 * only with `followLast`.
 */
export function find(root: Node, path: string, followLast: boolean): Place | undefined {
  const pending = namesOf(path);
  let trail: Place[] = [{ path: '', node: root }];
  let links = 0;
  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    const here = trail.at(-1) ?? { path: '', node: root };
    if (name === '..') {
      if (trail.length > 1) trail.pop();
      continue;
    }
    const node = here.node.children?.get(name);
    if (node === undefined) return undefined;
    if (node.kind === 'symlink' && (pending.length > 0 || followLast)) {
      if (++links > mostLinks) return undefined;
      if (node.target.startsWith('/')) trail = [{ path: '', node: root }];
      pending.unshift(...namesOf(node.target));
    } else trail.push({ path: here.path === '' ? name : `${here.path}/${name}`, node });
  }
  return trail.at(-1);
}

/**
 * The folder at a path, made with all above it if it is missing. Links lead on, to folders that are made where they point, as
 * when a runtime unpacks a layer; links in a circle are replaced by a folder.
 */
export function makeFolder(root: Node, path: string, layer: number, links = 0): Place {
  let here: Place = { path: '', node: root };
  for (const name of namesOf(path)) {
    const inside: string = here.path === '' ? name : `${here.path}/${name}`;
    let next = here.node.children?.get(name);
    if (next?.kind === 'symlink' && links < mostLinks) {
      const target = next.target.startsWith('/') ? next.target : `${here.path}/${next.target}`;
      here = makeFolder(root, cleanPath(target), layer, links + 1);
      continue;
    }
    if (next?.children === undefined) {
      next = emptyFolder(layer);
      here.node.children?.set(name, next);
    }
    here = { path: inside, node: next };
  }
  return here;
}

/** Everything below a folder: folders before what they hold, names in the order of their characters. */
export function below(folder: Node, path = ''): Place[] {
  const places: Place[] = [];
  // What is still to come, the next one last.
  const pending: Place[] = [];
  function expand(node: Node, prefix: string): void {
    const names = [...(node.children?.keys() ?? [])].toSorted();
    for (const name of names.toReversed()) {
      const child = node.children?.get(name);
      if (child !== undefined) pending.push({ path: prefix === '' ? name : `${prefix}/${name}`, node: child });
    }
  }
  expand(folder, path);
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    places.push(place);
    if (place.node.children !== undefined) expand(place.node, place.path);
  }
  return places;
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}
