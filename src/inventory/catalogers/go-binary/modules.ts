/** A module that was built into a program. */
export interface Module {
  /** Where its packages are imported from. */
  readonly importPath: string;
  /** The module whose code it is; differs from the import path where a `replace` directive took another one's. */
  readonly path: string;
  /** `v1.2.3`, a pseudo-version, or `(devel)` for code from a folder. */
  readonly version: string;
}

/** What the module information of a program says. */
export interface ModuleList {
  /** Import path of the package `main`. */
  readonly mainPackage?: string;
  readonly mainModule?: Module;
  /** By import path; with the main module. */
  readonly modules: ReadonlyMap<string, Module>;
  /** Lines that should name a module, and name none or one that was named before. */
  readonly damaged: number;
}

/**
 * Reads the module information (Go's source, `runtime/debug`, `ParseBuildInfo`): lines of fields with tabs between. `path` is the
 * package `main`, `mod` the main module, `dep` another one, and `=>` what replaces the module of the line before.
 */
export function readModules(text: string): ModuleList {
  let mainPackage: string | undefined;
  let damaged = 0;
  let last: string | undefined;
  let main: string | undefined;
  const modules = new Map<string, Module>();
  for (const line of text.split('\n')) {
    const [kind, path = '', version = ''] = line.split('\t');
    const previous = last === undefined ? undefined : modules.get(last);
    last = undefined;
    if (kind === 'path') mainPackage = path;
    else if (kind === '=>' && path !== '' && previous !== undefined) {
      modules.set(previous.importPath, replaced(previous, path, version));
    } else if ((kind === 'mod' || kind === 'dep') && path !== '' && !modules.has(path)) {
      modules.set(path, moduleOf(path, version));
      last = path;
      if (kind === 'mod') main = path;
    } else if (kind === '=>' || kind === 'mod' || kind === 'dep') damaged++;
  }
  return { mainPackage, mainModule: modules.get(main ?? ''), modules, damaged };
}

const undetermined = '(devel)';

function moduleOf(path: string, version: string): Module {
  return { importPath: path, path, version: version === '' ? undetermined : version };
}

/** A folder that replaces a module has no name that anyone could look up; it is that module, in some version. */
function replaced({ importPath }: Module, path: string, version: string): Module {
  const isFolder = /^(?:\.{0,2}[/\\]|\.{1,2}$|[A-Za-z]:[/\\])/.test(path);
  return isFolder ? moduleOf(importPath, undetermined) : { ...moduleOf(path, version), importPath };
}
