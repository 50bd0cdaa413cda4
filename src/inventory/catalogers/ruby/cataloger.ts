import type { Cataloger, FileContent, Reading } from '#inventory/cataloger.ts';
import { claimFolder } from '#inventory/catalogers/claim-folder.ts';
import { baseName, folderOf } from '#inventory/catalogers/relative-path.ts';
import { readText } from '#inventory/text.ts';
import { readGemspec } from './gemspec.ts';

/** Those of gems that are part of Ruby itself lie in `default`. */
const specification = /^(?:(.+)\/)?specifications\/(?:default\/)?([^/]+)\.gemspec$/;

/** Left by a native extension that was built: `extensions/PLATFORM/ABI/NAME-VERSION/`. */
const extensionBuilt = /^(?:(.+)\/)?extensions\/[^/]+\/[^/]+\/([^/]+)\/gem\.build_complete$/;

/**
 * Gems that are installed, by the specifications that RubyGems generates in the `specifications` folder of each of its homes;
 * Debian's `rubygems-integration` is such a home too.
 *
 * Not read: lock files, the specifications that authors write (`NAME.gemspec` inside gems, programs rather than data), and so
 * gems that Bundler takes from git.
 */
export const ruby: Cataloger = {
  name: 'ruby',
  wants: ({ path }) =>
    (path.endsWith('.gemspec') && specification.test(path)) ||
    (path.endsWith('/gem.build_complete') && extensionBuilt.test(path)),
  read,
};

function read({ path, content }: FileContent): Reading {
  const [, builtHome = '', builtGem] = extensionBuilt.exec(path) ?? [];
  if (builtGem !== undefined)
    return { adds: [{ key: `${builtHome}:${builtGem}`, files: claimFolder(folderOf(path)) }] };
  const [, home = '', fullName = ''] = specification.exec(path) ?? [];
  const text = readText(content);
  if (text === undefined) return { problems: ['it is too large to be the specification of a gem'] };
  const { name, version, platform, licenses, executables } = readGemspec(text);
  if (name === undefined) return { problems: ['it names no gem'] };
  if (version === undefined) return { problems: [`gem ${name} has no version`] };
  const files = [...claimFolder(inFolder(home, `gems/${fullName}`)), ...programsOf(home, executables)];
  return {
    packages: [{ type: 'gem', name, version, architecture: platform, licenses, keys: [`${home}:${fullName}`], files }],
  };
}

/**
 * Small scripts that start the programs of gems lie in `bin` of the home; those of the home that belongs to Ruby itself in the
 * `bin` where Ruby is installed.
 */
function programsOf(home: string, executables: readonly string[]): string[] {
  const prefix = /^(.*?)\/?lib\/ruby\/gems\/[^/]+$/.exec(home)?.[1];
  const folders = prefix === undefined ? [home] : [home, prefix];
  return folders.flatMap((folder) => executables.map((name) => inFolder(folder, `bin/${baseName(name)}`)));
}

function inFolder(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`;
}
