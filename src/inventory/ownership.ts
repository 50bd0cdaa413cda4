import type { FileView } from './squash.ts';
import type { Node, Place } from './tree.ts';

/** Which package a file or folder belongs to. */
export interface Owners<Owner> {
  /** Notes that `paths` belong to `owner`; a path that ends in `/` is a folder and stands for everything below it. */
  claim(owner: Owner, paths: Iterable<string>): void;
  /** The owner of just this file or folder. */
  of(node: Node | undefined): Owner | undefined;
}

/**
 * Keeps who owns what. Package managers may know a file by another path than the one where it lies (`/lib` is a link to
 * `/usr/lib` on merged systems), so that every path is looked up in the view.
 */
export function createOwners<Owner>(view: FileView): Owners<Owner> {
  const owners = new Map<Node, Owner>();
  const folderAt = rememberFolders(view);
  return {
    claim(owner, paths) {
      for (const path of paths) {
        const isFolder = path.endsWith('/');
        const end = isFolder ? path.length - 1 : path.length;
        const slash = path.lastIndexOf('/', end - 1);
        const folder = folderAt(path.slice(0, Math.max(0, slash)));
        const node = folder?.node.children?.get(path.slice(slash + 1, end));
        if (folder === undefined || node === undefined) continue;
        // Lists name folders too, as folders or, on merged systems, as links to them; those belong to many.
        const isListed = !isFolder && (node.children !== undefined || leadsToFolder(view, path, node));
        if (!isListed) owners.set(node, owner);
      }
    },
    of: (node) => (node === undefined ? undefined : owners.get(node)),
  };
}

/** Every file with its owner: its own, or that of the nearest folder above it. */
export function* withOwners<Owner>(view: FileView, owners: Owners<Owner>): Generator<[Place, Owner | undefined]> {
  // Folders come before what they hold, so that those around the present file are a stack.
  const around: { readonly prefix: string; readonly owner: Owner }[] = [];
  for (const place of view.all) {
    while (around.length > 0 && !place.path.startsWith(around.at(-1)?.prefix ?? '')) around.pop();
    const owner = owners.of(place.node);
    if (place.node.children === undefined) yield [place, owner ?? around.at(-1)?.owner];
    else if (owner !== undefined) around.push({ prefix: `${place.path}/`, owner });
  }
}

function leadsToFolder(view: FileView, path: string, node: Node): boolean {
  return node.kind === 'symlink' && view.at(path, 'follow')?.node.children !== undefined;
}

/** Looks up folders of the view; files of one folder mostly come together. */
function rememberFolders(view: FileView) {
  const known = new Map<string, Place | undefined>();
  return (path: string): Place | undefined => {
    if (!known.has(path)) known.set(path, view.at(path, 'follow'));
    return known.get(path);
  };
}
