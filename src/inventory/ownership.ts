import type { FileView } from './squash.ts';
import type { Node } from './tree.ts';

/** Which package a file belongs to. */
export interface Owners<Owner> {
  /** Notes that `paths` belong to `owner`; a path that ends in `/` stands for everything below it. */
  claim(owner: Owner, paths: Iterable<string>): void;
  /** The owner of a path of the view: of the file itself, or of the nearest folder above it. */
  of(path: string): Owner | undefined;
}

/**
 * Keeps who owns what. Package managers may know a file by another path than the one where it lies (`/lib` is a link to
 * `/usr/lib` on merged systems), so that every path is looked up in the view.
 */
export function createOwners<Owner>(view: FileView): Owners<Owner> {
  const files = new Map<string, Owner>();
  const folders = new Map<string, Owner>();
  const realFolder = rememberFolders(view);

  return {
    claim(owner, paths) {
      for (const path of paths) {
        const isFolder = path.endsWith('/');
        const clean = isFolder ? path.slice(0, -1) : path;
        const slash = clean.lastIndexOf('/');
        const folder = realFolder(clean.slice(0, Math.max(0, slash)));
        const node = folder?.node.children?.get(clean.slice(slash + 1));
        if (folder === undefined || node === undefined) continue;
        const real = folder.path === '' ? clean.slice(slash + 1) : `${folder.path}/${clean.slice(slash + 1)}`;
        if (isFolder) folders.set(real, owner);
        // Lists name folders too, and on merged systems such a folder may be a link.
        else if (node.children === undefined && !leadsToFolder(view, real, node)) files.set(real, owner);
      }
    },
    of(path) {
      const owner = files.get(path);
      if (owner !== undefined || folders.size === 0) return owner;
      for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
        const above = folders.get(path.slice(0, end));
        if (above !== undefined) return above;
      }
      return undefined;
    },
  };
}

function leadsToFolder(view: FileView, path: string, node: Node): boolean {
  return node.kind === 'symlink' && view.at(path, 'follow')?.node.children !== undefined;
}

/** Looks up folders of the view; files of one folder mostly come together. */
function rememberFolders(view: FileView) {
  const known = new Map<string, ReturnType<FileView['at']>>();
  return (path: string) => {
    if (known.has(path)) return known.get(path);
    const place = path === '' ? view.at('') : view.at(path, 'follow');
    known.set(path, place);
    return place;
  };
}
