import { asList, asObject, asText, asTexts, type JsonObject } from '#kit/narrow.ts';
import type { Cataloger, FileContent, FoundPackage, Reading } from '#inventory/cataloger.ts';
import { claimBudget, type ClaimBudget } from '#inventory/catalogers/claim-budget.ts';
import { claimFolder } from '#inventory/catalogers/claim-folder.ts';
import { readJsonFile } from '#inventory/catalogers/json-file.ts';
import { baseName, folderOf, resolveFrom } from '#inventory/catalogers/relative-path.ts';
import { shortText } from '#inventory/catalogers/short-text.ts';
import { inventoryLimits } from '#inventory/limits.ts';

const installedFile = /(?:^|\/)composer\/installed\.json$/;

/**
 * Packages that Composer installed, by the list that it keeps beside them (`vendor/composer/installed.json`): of version 1 a
 * list, of version 2 an object with the list in `packages`. Versions stay as written, with or without a leading `v`.
 *
 * Not read: `composer.lock`, which says what was asked for, and the application itself.
 */
export const php: Cataloger = {
  name: 'php',
  wants: ({ path }) => path.endsWith('installed.json') && installedFile.test(path),
  read,
};

function read({ path, content }: FileContent): Reading {
  const { value, problem } = readJsonFile(content);
  if (problem !== undefined) return { problems: [problem] };
  const list = Array.isArray(value) ? value : asObject(value)?.['packages'];
  if (!Array.isArray(list)) return { problems: ['it has no list of packages'] };
  const packages: FoundPackage[] = [];
  const problems: string[] = [];
  const within = claimBudget();
  for (const item of list.slice(0, inventoryLimits.packagesPerFile)) {
    const entry = asObject(item) ?? {};
    const name = shortText(entry['name']);
    const version = shortText(entry['version']);
    if (name === undefined) problems.push('a package has no name');
    else if (version === undefined) problems.push(`package ${name} has no version`);
    else packages.push(packageOf(entry, name, version, folderOf(path), within));
  }
  if (list.length > inventoryLimits.packagesPerFile) problems.push('it names too many packages');
  return { packages, problems: problems.slice(0, mostProblems) };
}

/** Of a file that is damaged all over, a few problems say all. */
const mostProblems = 100;

function packageOf(
  entry: JsonObject,
  name: string,
  version: string,
  composerFolder: string,
  within: ClaimBudget,
): FoundPackage {
  const files = within(claimsOf(entry, name, composerFolder));
  return { type: 'composer', name, version, licenses: licensesOf(entry), files };
}

/** The folder of a package, and the small scripts that start its programs. */
function* claimsOf(entry: JsonObject, name: string, composerFolder: string): Generator<string> {
  const folder = folderOfPackage(entry, name, composerFolder);
  if (folder !== undefined) yield* claimFolder(folder);
  for (const program of asTexts(entry['bin'])) {
    const path = resolveFrom(folderOf(composerFolder), `./bin/${baseName(program)}`);
    if (path !== undefined) yield path;
  }
}

/** Relative to the file in version 2, where `null` says that there is none; in version 1 as the name has it. */
function folderOfPackage(entry: JsonObject, name: string, composerFolder: string): string | undefined {
  const stated = entry['install-path'];
  if (stated === null) return undefined;
  return resolveFrom(composerFolder, `./${asText(stated) ?? `../${name}`}`);
}

function licensesOf(entry: JsonObject): string[] {
  const stated = entry['license'];
  return (typeof stated === 'string' ? [stated] : asList(stated).slice(0, 100))
    .map(shortText)
    .filter((name) => name !== undefined);
}
