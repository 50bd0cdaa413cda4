import type { Cataloger } from '#inventory/cataloger.ts';
import { claimFolder } from '#inventory/catalogers/claim-folder.ts';
import { linesOf } from '#inventory/catalogers/deb822.ts';
import { folderOf } from '#inventory/catalogers/relative-path.ts';
import { shortText } from '#inventory/catalogers/short-text.ts';

/** Bytes of the file; the modules that it lists make it some 2 kB long. */
const mostBytes = 64 << 10;

/** Java runtimes, by the `release` file that each has at its top: `KEY="value"` lines, by which the folder is told too. */
export const javaRuntime: Cataloger = {
  name: 'java-runtime',
  wants: ({ path, size }) => path.endsWith('/release') && size <= mostBytes,
  read({ path, content }) {
    const values = new Map<string, string>();
    for (const line of linesOf(content.read(0, mostBytes).toString('utf8'))) {
      const [, key, value] = /^([A-Z_]{1,40})="([^"]*)"$/.exec(line) ?? [];
      if (key !== undefined && value !== undefined) values.set(key, value);
    }
    const version = shortText(values.get('JAVA_VERSION'));
    // Many files have this name.
    if (version === undefined) return {};
    const isOracle = values.get('BUILD_TYPE') === 'commercial';
    const name = isOracle ? 'jdk' : 'openjdk';
    const vendor = shortText(values.get('IMPLEMENTOR')) ?? (isOracle ? 'Oracle Corporation' : undefined);
    return { packages: [{ type: 'generic', name, version, vendor, files: claimFolder(folderOf(path)) }] };
  },
};
