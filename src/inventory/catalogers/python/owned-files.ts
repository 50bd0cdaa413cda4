import { claimBudget } from '#inventory/catalogers/claim-budget.ts';
import { claimFolder } from '#inventory/catalogers/claim-folder.ts';
import { linesOf } from '#inventory/catalogers/deb822.ts';
import { folderOf, resolveFrom } from '#inventory/catalogers/relative-path.ts';

/**
 * The files that a `RECORD` names (PyPA specifications, "Recording installed projects"): lines of path, hash and size, separated
 * by commas, the paths relative to the folder that the metadata's folder lies in.
 */
export function filesInRecord(text: string, metadataFolder: string): string[] {
  return claimBudget()(resolveLines(text, folderOf(metadataFolder), firstField));
}

/** The files that an `installed-files.txt` of setuptools names, relative to the folder that it lies in itself. */
export function filesInList(text: string, metadataFolder: string): string[] {
  return claimBudget()(resolveLines(text, metadataFolder, (line) => line.trim()));
}

/**
 * The modules that a `top_level.txt` names, as the files and folders that they are beside the metadata. Names of other forms
 * are passed over.
 */
export function filesOfModules(text: string, metadataFolder: string): string[] {
  const modules = claimBudget()(resolveLines(text, folderOf(metadataFolder), moduleName));
  return modules.flatMap((path) => [`${path}.py`, ...claimFolder(path)]);
}

function* resolveLines(text: string, folder: string, pathIn: (line: string) => string): Generator<string> {
  for (const line of linesOf(text)) {
    const path = line.length > mostCharacters ? '' : pathIn(line);
    const resolved = path === '' ? undefined : resolveFrom(folder, path);
    if (resolved !== undefined) yield resolved;
  }
}

/** Characters of a line: a path and a hash. */
const mostCharacters = 8192;

/** The first field of a line of comma-separated values; in quotes, where a quote stands as two. */
function firstField(line: string): string {
  if (!line.startsWith('"')) return line.slice(0, line.indexOf(',') >>> 0);
  const quoted = /^"((?:[^"]|"")*)"/.exec(line)?.[1];
  return quoted === undefined ? '' : quoted.replaceAll('""', '"');
}

function moduleName(line: string): string {
  const name = line.trim();
  return /^\w{1,200}$/.test(name) ? name : '';
}
