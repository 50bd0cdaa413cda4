import { asObject } from '#kit/narrow.ts';
import type { Cataloger, FileContent, FoundPackage, Reading } from '#inventory/cataloger.ts';
import { claimBudget, type ClaimBudget } from '#inventory/catalogers/claim-budget.ts';
import { claimFolder } from '#inventory/catalogers/claim-folder.ts';
import { readJsonFile } from '#inventory/catalogers/json-file.ts';
import { baseName, folderOf, resolveFrom } from '#inventory/catalogers/relative-path.ts';
import { shortText } from '#inventory/catalogers/short-text.ts';
import { inventoryLimits } from '#inventory/limits.ts';
import { readLibraries, type Library } from './dependencies.ts';

const suffix = '.deps.json';

/**
 * NuGet packages of .NET applications and frameworks, by their `*.deps.json`. A package that brings no file to the target is not
 * counted: the framework has its own, newer copy of what it is for. An application's own project is not on nuget.org, so that it
 * is listed with the type `generic`; other projects of the same build are a part of it.
 *
 * Not read: lock files, the package cache, and what is bundled in a single-file program.
 */
export const dotnet: Cataloger = {
  name: 'dotnet',
  wants: ({ path }) => path.endsWith(suffix),
  read,
};

/** Of a file that is damaged all over, a few problems say all. */
const mostProblems = 100;

function read({ path, content }: FileContent): Reading {
  const { value, problem } = readJsonFile(content);
  if (problem !== undefined) return { problems: [problem] };
  const manifest = asObject(value) ?? {};
  if (asObject(manifest['libraries']) === undefined) return { problems: ['it has no libraries'] };
  const packages: FoundPackage[] = [];
  const problems: string[] = [];
  const within = claimBudget();
  for (const library of readLibraries(manifest)) {
    const found = 'problem' in library ? undefined : packageOf(library, path, within);
    if ('problem' in library) problems.push(library.problem);
    else if (found !== undefined) packages.push(found);
    if (packages.length < inventoryLimits.packagesPerFile && problems.length < mostProblems) continue;
    problems.push('it names too many libraries');
    break;
  }
  return { packages, problems };
}

function packageOf(library: Library, path: string, within: ClaimBudget): FoundPackage | undefined {
  const { kind, name, version, files } = library;
  if (shortText(name) === undefined || shortText(version) === undefined) return undefined;
  const isOwn = kind === 'project' && name === baseName(path).slice(0, -suffix.length);
  const isPackage = kind === 'package' && files?.length !== 0;
  if (!isOwn && !isPackage && kind !== 'runtimepack') return undefined;
  return {
    type: isOwn ? 'generic' : 'nuget',
    ...(isOwn && { isOwn }),
    name: kind === 'runtimepack' ? name.replace(/^runtimepack\./, '') : name,
    version,
    files: within(claimsOf(files ?? [], path, isOwn)),
  };
}

function* claimsOf(files: readonly string[], path: string, isOwn: boolean): Generator<string> {
  for (const file of files) {
    const resolved = resolveFrom(folderOf(path), `./${file}`);
    if (resolved !== undefined) yield resolved;
  }
  if (isOwn) yield hostOf(path);
  else yield* filesOfFramework(path);
}

/** The program that starts the application: it has the name of the manifest, and no other file names it. */
function hostOf(path: string): string {
  return path.slice(0, -suffix.length);
}

/** `shared/Microsoft.NETCore.App/8.0.4/Microsoft.NETCore.App.deps.json` */
const frameworkFile = /^(?:(.+)\/)?shared\/([^/]+)\/([^/]+)\/\2\.deps\.json$/;

/** An installed framework has a folder of its own; the host that loads it comes with it, in the same version. */
function filesOfFramework(path: string): string[] {
  const [, root = '', framework, version = ''] = frameworkFile.exec(path) ?? [];
  if (framework === undefined) return [];
  const host = ['dotnet', `host/fxr/${version}/libhostfxr.so`].map((file) => (root === '' ? file : `${root}/${file}`));
  return [...claimFolder(folderOf(path)), ...(framework === 'Microsoft.NETCore.App' ? host : [])];
}
