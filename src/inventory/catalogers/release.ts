import type { Cataloger, FileContent, Reading, ReleaseFacts } from '#inventory/cataloger.ts';
import { linesOf } from '#inventory/catalogers/deb822.ts';
import { readText } from '#inventory/text.ts';

/** How each file tells of the operating system; those that say most come first. */
const readers: readonly { readonly path: string; readonly read: (text: string) => ReleaseFacts }[] = [
  { path: 'etc/os-release', read: readOsRelease },
  { path: 'usr/lib/os-release', read: readOsRelease },
  { path: 'etc/lsb-release', read: readLsbRelease },
  { path: 'etc/alpine-release', read: (text) => ({ id: 'alpine', versionId: firstLine(text) }) },
  { path: 'etc/apk/repositories', read: readApkRepositories },
  {
    path: 'etc/debian_version',
    read: (text) => ({ id: 'debian', versionId: firstLine(text), prettyName: firstLine(text) }),
  },
  { path: 'etc/redhat-release', read: readRedHatRelease },
  { path: 'etc/centos-release', read: readRedHatRelease },
  { path: 'etc/system-release', read: readRedHatRelease },
];

/** Files in the order in which they are believed. */
export const releaseFiles: readonly string[] = readers.map(({ path }) => path);

/** The operating system's own word on what it is: os-release(5), and what came before it. Finds no packages. */
export const release: Cataloger = {
  name: 'release',
  databases: releaseFiles,
  wants: ({ path, size }) => size < 1 << 16 && releaseFiles.includes(path),
  read({ path, content }: FileContent): Reading {
    const reader = readers.find((candidate) => candidate.path === path);
    const text = readText(content);
    return reader === undefined || text === undefined ? {} : { release: reader.read(text) };
  },
};

/** Shell assignments, with the quoting that os-release(5) allows. */
function assignments(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of linesOf(text)) {
    const [, name, value] = /^\s*([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    const [, double, single] = /^"((?:[^"\\]|\\.)*)"\s*$|^'([^']*)'\s*$/.exec(value) ?? [];
    values.set(name, single ?? double?.replaceAll(/\\(["$`\\])/g, '$1') ?? value.trim());
  }
  return values;
}

function readOsRelease(text: string): ReleaseFacts {
  const values = assignments(text);
  return {
    id: filled(values.get('ID'))?.toLowerCase(),
    idLike: filled(values.get('ID_LIKE'))?.split(/\s+/),
    versionId: filled(values.get('VERSION_ID')),
    codename: filled(values.get('VERSION_CODENAME')),
    prettyName: filled(values.get('PRETTY_NAME')) ?? filled(values.get('NAME')),
    cpe: filled(values.get('CPE_NAME')),
  };
}

function readLsbRelease(text: string): ReleaseFacts {
  const values = assignments(text);
  return {
    id: filled(values.get('DISTRIB_ID'))?.toLowerCase(),
    versionId: filled(values.get('DISTRIB_RELEASE')),
    codename: filled(values.get('DISTRIB_CODENAME')),
    prettyName: filled(values.get('DISTRIB_DESCRIPTION')),
  };
}

/** `https://dl-cdn.alpinelinux.org/alpine/v3.20/main`: the branch is the part before the last. */
function readApkRepositories(text: string): ReleaseFacts {
  const branches = [...text.matchAll(/^[^#\n]*\/(v\d+\.\d+|edge)\/[a-z]+\/?\s*$/gm)].map(([, branch = '']) => branch);
  return branches.length === 0 ? {} : { repositories: [...new Set(branches)] };
}

const redHatIds: readonly { readonly words: RegExp; readonly id: string }[] = [
  { words: /^centos/i, id: 'centos' },
  { words: /^red hat enterprise/i, id: 'rhel' },
  { words: /^rocky/i, id: 'rocky' },
  { words: /^almalinux/i, id: 'almalinux' },
  { words: /^oracle/i, id: 'ol' },
  { words: /^fedora/i, id: 'fedora' },
  { words: /^amazon/i, id: 'amzn' },
];

/** `CentOS Linux release 7.9.2009 (Core)` */
function readRedHatRelease(text: string): ReleaseFacts {
  const line = firstLine(text) ?? '';
  const id = redHatIds.find(({ words }) => words.test(line))?.id;
  return id === undefined ? {} : { id, versionId: /release (\d+(?:\.\d+)?)/.exec(line)?.[1], prettyName: line };
}

function firstLine(text: string): string | undefined {
  return filled(text.split('\n', 1)[0]?.trim());
}

function filled(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
