import { isTestData } from '#inventory/catalogers/test-data.ts';

/**
 * What a `package.json` is by where it lies: `installed` by a package manager, under the name that its folder has; or the file
 * of an `application` (or of a package that was unpacked by hand).
 */
export type Place = { readonly kind: 'installed'; readonly folderName: string } | { readonly kind: 'application' };

/** Debian's folders of Node packages, which have no `node_modules` above them. */
const debianFolder = /^usr\/(?:share|lib|lib\/[^/]+)\/nodejs\//;

/** `NAME/package.json` or `@SCOPE/NAME/package.json`. */
const directly = /^((?:@[^/]+\/)?[^/@][^/]*)\/package\.json$/;

/**
 * Judges the path of a `package.json`. Below a folder of packages only those directly in it are installed: others describe a
 * part of a package (`dist/cjs/package.json`), or are material for tests.
 * @returns nothing if the file says nothing of what is installed
 */
export function placeOf(path: string): Place | undefined {
  const start = packagesStart(path);
  if (start === undefined) return isTestData(path, 0) ? undefined : { kind: 'application' };
  const first = path.indexOf('node_modules/');
  if (isTestData(path.slice(0, start), Math.max(0, first))) return undefined;
  const folderName = directly.exec(path.slice(start))?.[1];
  return folderName === undefined ? undefined : { kind: 'installed', folderName };
}

/** Where in a path the innermost folder of packages ends. */
function packagesStart(path: string): number | undefined {
  const inModules = path.lastIndexOf('/node_modules/');
  if (inModules >= 0) return inModules + '/node_modules/'.length;
  if (path.startsWith('node_modules/')) return 'node_modules/'.length;
  return debianFolder.exec(path)?.[0].length;
}
