/**
 * The path that `relative` means when it is read in `folder`, both as paths below the root of the image: no leading slash, and
 * nothing for the root itself. A path that starts with a slash is one from the root.
 * @returns nothing where the path climbs above the root or ends there
 */
export function resolveFrom(folder: string, relative: string): string | undefined {
  const parts = relative.startsWith('/') || folder === '' ? [] : folder.split('/');
  for (const part of relative.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.length === 0 ? undefined : parts.join('/');
}

/** The folder that a path lies in, without a slash at its end; nothing for what lies in the root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
