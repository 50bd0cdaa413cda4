import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import type { Cataloger, FileContent, FoundPackage, Reading } from '#inventory/cataloger.ts';
import { claimBudget } from '#inventory/catalogers/claim-budget.ts';
import { claimFolder } from '#inventory/catalogers/claim-folder.ts';
import { readJsonFile } from '#inventory/catalogers/json-file.ts';
import { folderOf, resolveFrom } from '#inventory/catalogers/relative-path.ts';
import { shortText } from '#inventory/catalogers/short-text.ts';
import { placeOf, type Place } from './place.ts';

/**
 * Packages of npm and its relatives (yarn, pnpm, bun), by the `package.json` that each has in its folder of `node_modules`, and
 * applications, by the one that they have themselves.
 *
 * An application that says `private` was never published: the package that the registry has under its name is a stranger's,
 * and so are that package's advisories. It is listed with the type `generic`, which nothing of npm is matched with.
 *
 * Not read: lock files, which say what was asked for and not what is there, and the zip files of Yarn's Plug'n'Play.
 */
export const npm: Cataloger = {
  name: 'npm',
  wants: ({ path }) => (path.endsWith('/package.json') || path === 'package.json') && placeOf(path) !== undefined,
  read,
};

function read({ path, content }: FileContent): Reading {
  const place = placeOf(path);
  if (place === undefined) return {};
  const { value, problem } = readJsonFile(content);
  if (problem !== undefined) return { problems: [problem] };
  const manifest = asObject(value);
  if (manifest === undefined) return { problems: ['it is not an object'] };
  const name = nameOf(manifest, place);
  const version = shortText(manifest['version']);
  // Files that only set how a folder is loaded, {"type": "module"}, are no packages.
  if (name === undefined || version === undefined) return {};
  return { packages: [packageOf(manifest, name, version, place, folderOf(path))] };
}

/** The name that the package gives itself, for it may be installed under an alias. */
function nameOf(manifest: JsonObject, place: Place): string | undefined {
  return shortText(manifest['name']) ?? (place.kind === 'installed' ? place.folderName : undefined);
}

function packageOf(manifest: JsonObject, name: string, version: string, place: Place, folder: string): FoundPackage {
  const isOwn = place.kind === 'application' && manifest['private'] === true;
  return {
    type: isOwn ? 'generic' : 'npm',
    ...(isOwn && { isOwn }),
    name,
    version,
    licenses: licensesOf(manifest),
    files: place.kind === 'installed' ? claimFolder(folder) : namedFiles(manifest, folder),
  };
}

/** What an application says is in it. All of its folder would be too much: people put programs of any origin there. */
function namedFiles(manifest: JsonObject, folder: string): string[] {
  const bin = asText(manifest['bin']) ?? Object.values(asObject(manifest['bin']) ?? {});
  const named = [bin, manifest['files']].flatMap((value) => (typeof value === 'string' ? [value] : asList(value)));
  return claimBudget()(claimsBelow(named, folder));
}

/** Each name may be one of a file or of a folder. */
function* claimsBelow(names: readonly unknown[], folder: string): Generator<string> {
  for (const name of names) {
    const path = typeof name === 'string' ? resolveFrom(folder, `./${name}`) : undefined;
    if (path === undefined || !path.startsWith(folder === '' ? '' : `${folder}/`)) continue;
    yield path;
    yield* claimFolder(path);
  }
}

/** A licence is an SPDX expression; in older packages an object with a `type`, or a list of those under `licenses`. */
function licensesOf(manifest: JsonObject): string[] {
  return [manifest['license'], manifest['licenses']]
    .flatMap((value) => (Array.isArray(value) ? value.slice(0, 100) : [value]))
    .map((value: unknown) => shortText(asObject(value)?.['type'] ?? value))
    .filter((text) => text !== undefined);
}
