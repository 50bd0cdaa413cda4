import type { Cataloger, FileContent, Reading } from '#inventory/cataloger.ts';
import { claimFolder } from '#inventory/catalogers/claim-folder.ts';
import { baseName, folderOf } from '#inventory/catalogers/relative-path.ts';
import { isTestData } from '#inventory/catalogers/test-data.ts';
import { readText } from '#inventory/text.ts';
import { readMetadata } from './metadata.ts';
import { filesInList, filesInRecord, filesOfModules } from './owned-files.ts';

const metadataFile =
  /(?:\.dist-info\/(?:METADATA|RECORD)|(?:\.egg-info|(?:^|\/)EGG-INFO)\/(?:PKG-INFO|installed-files\.txt|top_level\.txt)|\.egg-info)$/;

/**
 * Distribution packages of Python that are installed: `*.dist-info` of pip and its relatives, `*.egg-info` of setuptools and
 * distutils (a folder or one file), and unpacked eggs. Copies that a package carries inside (`pip/_vendor`) count where they lie.
 *
 * Not read: lock and requirement files, eggs and wheels that are still zip files, and conda's own metadata, whose Python
 * packages have a `*.dist-info` as well.
 */
export const python: Cataloger = {
  name: 'python',
  wants: ({ path }) => metadataFile.test(path) && !isTestData(path, packagesStart(path)),
  read,
};

/** Folders of tests count only below the folder of packages: all of an application may lie in a folder called `test`. */
function packagesStart(path: string): number {
  const start = path.search(/(?:site|dist)-packages\//);
  return start < 0 ? path.length : start;
}

function read({ path, content }: FileContent): Reading {
  const text = readText(content);
  if (text === undefined) return { problems: ['it is too large to be metadata of a Python package'] };
  const folder = folderOf(path);
  const file = baseName(path);
  if (file === 'RECORD') return { adds: [{ key: folder, files: filesInRecord(text, folder) }] };
  if (file === 'installed-files.txt') return { adds: [{ key: folder, files: filesInList(text, folder) }] };
  if (file === 'top_level.txt') return { adds: [{ key: folder, files: filesOfModules(text, folder) }] };
  const isFolder = file === 'METADATA' || file === 'PKG-INFO';
  return readPackage(text, path, isFolder ? folder : path);
}

/** @param place the folder of the metadata, or the single file that they are */
function readPackage(text: string, path: string, place: string): Reading {
  const named = nameInPath(place);
  const metadata = readMetadata(text);
  const name = metadata.name ?? named.name;
  const version = metadata.version ?? named.version;
  if (name === undefined) return { problems: ['it has no Name'] };
  if (version === undefined) return { problems: [`package ${name} has no Version`] };
  const files = place === path ? [path] : [...claimFolder(place), ...claimsOfEgg(place)];
  return { packages: [{ type: 'pypi', name, version, licenses: metadata.licenses, keys: [place], files }] };
}

/** `NAME-VERSION.dist-info`, `NAME-VERSION-py3.11.egg-info`, `NAME-VERSION-py3.11.egg/EGG-INFO` */
function nameInPath(place: string): { name?: string; version?: string } {
  const folder = baseName(place) === 'EGG-INFO' ? folderOf(place) : place;
  const parts = /^([^-]{1,200})-(v?\d[^-]{0,200})(?:-py\d[^-]*)?\.(?:dist-info|egg-info|egg)$/.exec(baseName(folder));
  return { name: parts?.[1], version: parts?.[2] };
}

/** An unpacked egg has all of its package beside the metadata. */
function claimsOfEgg(place: string): string[] {
  return baseName(place) === 'EGG-INFO' ? claimFolder(folderOf(place)) : [];
}
