import type { Cataloger, FileContent, FoundPackage, Reading } from '#inventory/cataloger.ts';
import { readElf } from '#inventory/elf/elf.ts';
import { inventoryLimits } from '#inventory/limits.ts';
import { readBuildInfo } from './build-info.ts';
import { readFunctionNames } from './function-names.ts';
import { readModules, type Module, type ModuleList } from './modules.ts';
import { buildSymbolTables, type SymbolTables } from './symbol-tables.ts';

/**
 * Modules of Go programs, from what the linker wrote into them: every module with its version, the standard library as package
 * `stdlib`, and the functions that the program has of each, for advisories that name functions.
 *
 * A program that was built without modules names none. It has its `stdlib`, but does not count as understood if it has other
 * people's code too.
 */
export const goBinary: Cataloger = {
  name: 'go-binary',
  wants: ({ nature }) => nature === 'elf',
  read,
};

function read({ path, content }: FileContent): Reading {
  const elf = readElf(content);
  const info = elf === undefined ? undefined : readBuildInfo(elf, content);
  if (elf === undefined || info === undefined) return {};
  if (info === 'damaged') return { problems: ['its Go build information is damaged'] };

  const list = readModules(info.modules);
  if (list.modules.size > inventoryLimits.packagesPerFile) return { problems: ['it names too many modules'] };
  const names = readFunctionNames(elf, content);
  const tables = names === undefined ? undefined : tablesOf(names, list);
  const files = isWhole(list, tables) ? [path] : undefined;
  const packages = [...list.modules.values()].map(({ path: name, version, importPath }): FoundPackage => ({
    type: 'golang',
    name,
    version,
    symbols: tables?.of(importPath),
    files,
  }));
  packages.push({
    type: 'golang',
    name: 'stdlib',
    version: stdlibVersion(info.goVersion),
    symbols: tables?.of(undefined),
    files,
  });
  return { packages, problems: list.damaged > 0 ? ['a line of its Go build information cannot be understood'] : [] };
}

/** Whether all code in the program has a name: a list of modules, and no package that is of none of them. */
function isWhole({ modules }: ModuleList, tables: SymbolTables | undefined): boolean {
  return tables === undefined ? modules.size > 0 : tables.foreign.length === 0;
}

function tablesOf(names: Buffer, { modules, mainModule, mainPackage = 'main' }: ModuleList): SymbolTables | undefined {
  return buildSymbolTables(names, (path) => {
    if (path === 'main') return { owner: mainModule?.importPath, importPath: mainPackage };
    const module = moduleOf(path, modules);
    if (module !== undefined)
      return { owner: module.importPath, importPath: module.path + path.slice(module.importPath.length) };
    return isStandard(path) ? { owner: undefined, importPath: path } : undefined;
  });
}

/** The module whose path is the longest beginning of a package's path. */
function moduleOf(path: string, modules: ReadonlyMap<string, Module>): Module | undefined {
  let end = path.length;
  for (let parts = 0; end > 0 && parts < mostParts; parts++, end = path.lastIndexOf('/', end - 1)) {
    const module = modules.get(path.slice(0, end));
    if (module !== undefined) return module;
  }
  return undefined;
}

/** Parts of an import path; real ones have up to 15. */
const mostParts = 64;

/** The first part of other people's paths is a domain name (Go modules reference, "Module paths"). */
function isStandard(path: string): boolean {
  return !path.split('/', 1)[0]?.includes('.');
}

/** `go1.22.3 X:boringcrypto` is 1.22.3; what is between releases has no version. */
function stdlibVersion(goVersion: string): string {
  return /^go(\d+(?:\.\d+)*(?:(?:rc|beta)\d+)?)/.exec(goVersion)?.[1] ?? '(devel)';
}
