/**
 * Folders that belong to no single package (Filesystem Hierarchy Standard 3.0). A package that says they are its own would
 * make every unknown program in them look understood.
 */
const shared = new Set(
  [
    ['', 'bin', 'boot', 'data', 'dev', 'etc', 'home', 'lib', 'lib32', 'lib64', 'libx32', 'media', 'mnt', 'nix', 'opt'],
    ['proc', 'root', 'run', 'sbin', 'snap', 'srv', 'sys', 'tmp', 'usr', 'var', 'etc/alternatives', 'nix/store'],
    ['bin', 'games', 'include', 'lib', 'lib32', 'lib64', 'libexec', 'local', 'sbin', 'share', 'src'].map(
      (name) => `usr/${name}`,
    ),
    ['bin', 'etc', 'games', 'include', 'lib', 'lib64', 'libexec', 'sbin', 'share', 'src'].map(
      (name) => `usr/local/${name}`,
    ),
    ['cache', 'lib', 'local', 'log', 'opt', 'run', 'spool', 'tmp', 'www'].map((name) => `var/${name}`),
  ].flat(),
);

/**
 * The claim of a folder and all below it, for `FoundPackage.files`.
 * @param folder its path without a slash at the end
 * @returns nothing if the folder is one that all packages share
 */
export function claimFolder(folder: string): string[] {
  return shared.has(folder) ? [] : [`${folder}/`];
}
