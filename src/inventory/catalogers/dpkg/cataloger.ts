import type { Addition, Cataloger, FileContent, Reading } from '#inventory/cataloger.ts';
import { readText } from '#inventory/text.ts';
import { licensesInCopyright } from './copyright.ts';
import { readStatus } from './status.ts';

const statusFile = /^var\/lib\/dpkg\/(?:status|status\.d\/[^/]+)$/;
const opkgStatusFile = /^(?:usr|var)\/lib\/opkg\/status$/;
const listFile = /^(?:var\/lib\/dpkg\/info|(?:usr|var)\/lib\/opkg\/info)\/([^/]+)\.list$/;
const sumsFile = /^var\/lib\/dpkg\/(?:info|status\.d)\/([^/]+)\.md5sums$/;
const copyrightFile = /^usr\/share\/doc\/([^/]+)\/copyright$/;

/**
 * Packages of Debian and its relatives, as dpkg(1) keeps them: `status`, and the lists of their files in `info/`; distroless
 * images have a paragraph and checksums a package in `status.d/`; OpenWrt's opkg uses the same format.
 */
export const dpkg: Cataloger = {
  name: 'dpkg',
  databases: ['var/lib/dpkg/status', 'var/lib/dpkg/status.d/', 'var/lib/dpkg/info/', 'usr/lib/opkg/status'],
  wants: ({ path }) =>
    (path.startsWith('var/lib/dpkg/') && (statusFile.test(path) || listFile.test(path) || sumsFile.test(path))) ||
    (path.includes('lib/opkg/') && (opkgStatusFile.test(path) || listFile.test(path))) ||
    copyrightFile.test(path),
  read,
};

function read({ path, content }: FileContent): Reading {
  const text = readText(content);
  if (text === undefined) return { problems: ['it is too large to be a file of dpkg'] };
  const sums = sumsFile.exec(path)?.[1];
  if (sums !== undefined) return adds(sums, { files: [...filesInSums(text)] });
  const list = listFile.exec(path)?.[1];
  if (list !== undefined) return adds(list, { files: text.split('\n').map(fromRoot).filter(isFile) });
  const documented = copyrightFile.exec(path)?.[1];
  if (documented !== undefined) return adds(documented, { licenses: licensesInCopyright(text) });
  return readStatus(text, opkgStatusFile.test(path) ? 'opkg' : 'deb');
}

function adds(key: string, addition: Omit<Addition, 'key'>): Reading {
  return { adds: [{ key, ...addition }] };
}

/** Lines of `md5sum`: 32 digits, two spaces, and a path from the root. */
function* filesInSums(text: string): Generator<string> {
  for (const [, path = ''] of text.matchAll(/^[0-9a-f]{32} [ *](.+)$/gm)) yield fromRoot(path);
}

function fromRoot(path: string): string {
  return path.replace(/^\.?\/+/, '');
}

/** A list names the root itself as `/.`, and opkg appends the mode of a file behind a tab. */
function isFile(path: string): boolean {
  return path !== '' && path !== '.';
}
