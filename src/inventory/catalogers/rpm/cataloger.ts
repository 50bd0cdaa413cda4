import type { Cataloger, FileContent, Reading } from '#inventory/cataloger.ts';
import { readText } from '#inventory/text.ts';
import { isBerkeley, readBerkeley } from './berkeley.ts';
import { readManifest } from './manifest.ts';
import { isNdb, readNdb } from './ndb.ts';
import { readRows } from './rows.ts';
import { isSqlite, readSqlite } from './sqlite.ts';

const folders = ['var/lib/rpm/', 'usr/lib/sysimage/rpm/', 'usr/share/rpm/'];
const names = new Set(['rpmdb.sqlite', 'rpmdb.sqlite-wal', 'Packages.db', 'Packages']);
const manifests = ['var/lib/rpmmanifest/container-manifest-2'];

/**
 * Packages of distributions that use rpm, from its database in any of its three formats, or from the list that distroless images
 * have instead. The format is told by the content, since the names have changed their meaning.
 */
export const rpm: Cataloger = {
  name: 'rpm',
  databases: [...folders, ...manifests],
  wants({ path }) {
    if (!path.includes('/rpm')) return false;
    const slash = path.lastIndexOf('/') + 1;
    return manifests.includes(path) || (names.has(path.slice(slash)) && folders.includes(path.slice(0, slash)));
  },
  read,
};

const formats = [
  { is: isSqlite, read: readSqlite },
  { is: isNdb, read: readNdb },
  { is: isBerkeley, read: readBerkeley },
];

function read({ path, content }: FileContent): Reading {
  if (manifests.includes(path)) {
    const text = readText(content);
    return text === undefined ? { problems: ['it is too large to be a list of packages'] } : readManifest(text);
  }
  if (path.endsWith('-wal')) return content.size === 0 ? {} : { problems: [unmerged] };
  const head = content.read(0, 32);
  const format = formats.find(({ is }) => is(head));
  return format === undefined
    ? { problems: ['it is no database of rpm'] }
    : readRows(format.read(content), content.size);
}

/** Changes that SQLite keeps in a second file until it merges them; a file is read by itself, so that they are not seen. */
const unmerged = 'it has changes that are not in the database yet, so that some packages may be missing or outdated';
