import { linesOf } from '#inventory/catalogers/deb822.ts';
import { claimFolder } from '#inventory/catalogers/claim-folder.ts';
import { folderOf, resolveFrom } from '#inventory/catalogers/relative-path.ts';

/** Files of one package; the largest real ones have some 50,000. */
const mostFiles = 500_000;

/**
 * The files that a `RECORD` names (PyPA specifications, "Recording installed projects"): lines of path, hash and size, separated
 * by commas, the paths relative to the folder that the metadata's folder lies in.
 */
export function filesInRecord(text: string, metadataFolder: string): string[] {
  return collectPaths(text, folderOf(metadataFolder), firstField);
}

/** The files that an `installed-files.txt` of setuptools names, relative to the folder that it lies in itself. */
export function filesInList(text: string, metadataFolder: string): string[] {
  return collectPaths(text, metadataFolder, (line) => line.trim());
}

/**
 * The modules that a `top_level.txt` names, as the files and folders that they are beside the metadata. Names of other forms
 * are passed over.
 */
export function filesOfModules(text: string, metadataFolder: string): string[] {
  const folder = folderOf(metadataFolder);
  return collectPaths(text, folder, (line) => (/^\w{1,200}$/.test(line.trim()) ? line.trim() : '')).flatMap((path) => [
    `${path}.py`,
    ...claimFolder(path),
  ]);
}

function collectPaths(text: string, folder: string, pathIn: (line: string) => string): string[] {
  const paths: string[] = [];
  for (const line of linesOf(text)) {
    const path = pathIn(line);
    const resolved = path === '' ? undefined : resolveFrom(folder, path);
    if (resolved !== undefined) paths.push(resolved);
    if (paths.length >= mostFiles) break;
  }
  return paths;
}

/** The first field of a line of comma-separated values; in quotes, where a quote stands as two. */
function firstField(line: string): string {
  if (!line.startsWith('"')) return line.slice(0, line.indexOf(',') >>> 0);
  const quoted = /^"((?:[^"]|"")*)"/.exec(line)?.[1];
  return quoted === undefined ? '' : quoted.replaceAll('""', '"');
}
